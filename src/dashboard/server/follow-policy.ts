/** Whom the observer goes to, and how soon again: what nodes say of others is hearsay, and may be a lie. */
import { splitAddress, type Address, type Millis } from '../../trace/views.ts';
import { isLoopbackHost } from '../../http/browser-guard.ts';

/** Half a second, doubled with each failure. Guesses: soon enough for a restart, rare enough for a grave. */
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;
/** For those whom their own peers call down or gone. */
const RARE_RETRY_MS = 60_000;

/**
 * May this address be gone to, only because a node named it? Nodes could have us connect to any address: so only at hosts that
 * were named by whoever started us. This machine is a host like any other, under all of its names: a node elsewhere that
 * says `127.0.0.1` does not mean ours.
 */
export function isOnNamedHost(address: Address, named: readonly Address[]): boolean {
  const host = hostOf(address);
  return named.some((one) => hostOf(one) === host);
}

/** @param failures so far; @param chance in [0, 1) */
export function retryAfterMs(failures: number, isCalledGone: boolean, chance: number): Millis {
  const mean = isCalledGone ? RARE_RETRY_MS : Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 10));
  return mean * (0.5 + chance);
}

function hostOf(address: Address): string {
  const { host } = splitAddress(address);
  return isLoopbackHost(host) ? 'this machine' : host.toLowerCase();
}
