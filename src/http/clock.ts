import type { Millis } from '../core/index.ts';

/** The longest that a timer can be told to wait: with more it fires at once. */
export const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Calls `fire` once, later. @returns how to call it off */
export type SetAlarm = (fire: () => void, afterMs: number) => () => void;

export const setRealAlarm: SetAlarm = (fire, afterMs) => {
  const timeout = setTimeout(fire, Math.min(afterMs, MAX_TIMEOUT_MS));
  return () => clearTimeout(timeout);
};

/**
 * Milliseconds on a clock that is never set. From `process.hrtime`, since the first use of `performance` costs every process two
 * milliseconds of CPU.
 */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

const epochMs = Date.now() - monotonicMs();

/** Milliseconds since the Unix epoch that never go back, even when the system's clock is set. */
export function now(): Millis {
  return Math.floor(epochMs + monotonicMs());
}
