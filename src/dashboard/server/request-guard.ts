/**
 * Which requests the dashboard answers: those of whoever knows the address that it printed, of no page of another site
 * (`browser-guard.ts`), and actions only of our own page: they take a token that no other can read, in a header that no
 * form can set and no other origin may.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { crossSiteRefusal } from '../../http/browser-guard.ts';
import { isEqual } from './page-key.ts';

export const TOKEN_HEADER = 'x-gossip-token';

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
