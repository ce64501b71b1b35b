/** Why a port cannot be listened on, in the words of who chose it. */
import { UsageError } from './usage-error.ts';

/** @returns a `UsageError` of one line where the choice was wrong; other errors as they are */
export function listenErrorOf(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new UsageError(`port ${port} on ${host} is taken`);
    case 'EACCES':
      return new UsageError(`not allowed: ${error.message}`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new UsageError(`--host ${host} is not an address of this machine`);
    default:
      return error;
  }
}
