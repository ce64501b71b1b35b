/**
 * Which requests the dashboard answers. It listens on this machine, where any page of any site can have the browser send it
 * something; what it must not do is let another site read the feed, or act.
 *
 * - A site can have its own name resolved to this machine (DNS rebinding), and then is of one origin with us: so `Host` must
 *   be a name that no site can have.
 * - Browsers say where a request comes from (`Origin`, `Sec-Fetch-Site`): if not from our own page, it is refused.
 * - To act takes a token that only our own page can read, in a header that no form can set and no other origin may.
 *
 * https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

export const TOKEN_HEADER = 'x-gossip-token';

export function isLoopbackHost(host: string): boolean {
  const bare = withoutBrackets(host);
  return bare.toLowerCase() === 'localhost' || bare === '::1' || /^127(?:\.\d{1,3}){3}$/.test(bare);
}

/** @param boundHost what the server was told to listen on */
export function hostRefusal(headers: IncomingHttpHeaders, boundHost: string): string | undefined {
  const host = hostIn(headers.host ?? '');
  if (host === undefined) return 'no Host that can be read';
  if (isLoopbackHost(host)) return undefined;
  const bare = withoutBrackets(host).toLowerCase();
  if (bare === boundHost.toLowerCase()) return undefined;
  // Names can be anybody's, numbers cannot.
  if (isEverywhere(boundHost) && isIP(bare) !== 0) return undefined;
  return 'open the dashboard by its IP address or as localhost';
}

/** For what only our own page may have. Absent headers are those of a program, or of a browser before 2023. */
export function crossSiteRefusal(headers: IncomingHttpHeaders): string | undefined {
  const site = headers['sec-fetch-site'];
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
  const { origin } = headers;
  const isOther = origin !== undefined && origin !== `http://${headers.host}`;
  return isForeign || isOther ? 'asked for by another site' : undefined;
}

/** For what changes something. */
export function actionRefusal(headers: IncomingHttpHeaders, token: string): string | undefined {
  const foreign = crossSiteRefusal(headers);
  if (foreign !== undefined) return foreign;
  if (headers.origin === undefined) return 'no Origin';
  const given = headers[TOKEN_HEADER];
  return typeof given === 'string' && isEqual(given, token) ? undefined : `no valid ${TOKEN_HEADER}`;
}

export function isJson(contentType: string | undefined): boolean {
  return /^application\/json(?:\s*;\s*charset=utf-8)?$/i.test(contentType ?? '');
}

/** Lets `perSecond` through on the average, and `burst` at once. */
export class RateLimit {
  private left: number;
  private lastMs: number;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    private readonly clock: () => number,
  ) {
    this.left = burst;
    this.lastMs = clock();
  }

  take(): boolean {
    const nowMs = this.clock();
    this.left = Math.min(this.burst, this.left + ((nowMs - this.lastMs) * this.perSecond) / 1000);
    this.lastMs = nowMs;
    if (this.left < 1) return false;
    this.left--;
    return true;
  }
}

function isEqual(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function hostIn(header: string): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.exec(header)?.[1];
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function isEverywhere(boundHost: string): boolean {
  return boundHost === '0.0.0.0' || boundHost === '::';
}
