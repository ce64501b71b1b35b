/**
 * What browsers must not be used for. Any page of any site can have the browser of a person send something to this machine, or to
 * one that only this person reaches; what it must not do is let that site read, or change something.
 *
 * - A site can have its own name resolved to this machine (DNS rebinding), and then is of one origin with us: so `Host` must
 *   be a name that no site can have.
 * - Browsers say where a request comes from (`Origin`, `Sec-Fetch-Site`): if not from our own page, it is refused.
 *
 * https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

export function isLoopbackHost(host: string): boolean {
  const bare = withoutBrackets(host);
  return bare.toLowerCase() === 'localhost' || isLoopbackIp(bare);
}

export function isLoopbackIp(ip: string): boolean {
  return ip === '::1' || /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/i.test(ip);
}

/**
 * A browser that is led here by a name says that name.
 *
 * @param own the hosts that lead here by the word of whoever runs this
 * @param takesNumbers any IP address will do: names can be anybody's, numbers cannot
 */
export function hostRefusal(
  headers: IncomingHttpHeaders,
  own: readonly string[],
  takesNumbers: boolean,
): string | undefined {
  const host = hostIn(headers.host ?? '');
  if (host === undefined) return 'no Host that can be read';
  if (isLoopbackHost(host) || (takesNumbers && isIP(host) !== 0)) return undefined;
  if (own.some((name) => withoutBrackets(name).toLowerCase() === host)) return undefined;
  return 'ask for it as localhost, by its IP address, or by the name that it was given';
}

/** For what only our own page, or a program, may have. Absent headers are those of a program, or of a browser before 2023. */
export function crossSiteRefusal(headers: IncomingHttpHeaders, isEncrypted = false): string | undefined {
  const site = headers['sec-fetch-site'];
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
  const { origin } = headers;
  const isOther = origin !== undefined && origin !== `${isEncrypted ? 'https' : 'http'}://${headers.host}`;
  return isForeign || isOther ? 'asked for by another site' : undefined;
}

/** Without brackets and port, in lower case. */
function hostIn(header: string): string | undefined {
  const host = /^(\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.exec(header)?.[1];
  return host === undefined ? undefined : withoutBrackets(host).toLowerCase();
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
