/**
 * Says why a port cannot be listened on.
 *
 * @returns an error with the code of the one given; that one, where its own words say it
 */
export function listenErrorOf(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const words = wordsFor(error.code, host, port);
  return words === undefined ? error : Object.assign(new Error(words, { cause: error }), { code: error.code });
}

function wordsFor(code: string | undefined, host: string, port: number): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is taken`;
    case 'EACCES':
      return `port ${port} on ${host} may not be listened on by this user`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `host: ${host} is not an address of this machine`;
    default:
      return undefined;
  }
}
