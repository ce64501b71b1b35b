import { performance } from 'node:perf_hooks';
import type { Millis } from '../core/boundary.ts';

/** The longest that a timer can be told to wait: with more it fires at once. */
export const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Calls `fire` once, later. @returns how to call it off */
export type SetAlarm = (fire: () => void, afterMs: number) => () => void;

export const setRealAlarm: SetAlarm = (fire, afterMs) => {
  const timeout = setTimeout(fire, Math.min(afterMs, MAX_TIMEOUT_MS));
  return () => clearTimeout(timeout);
};

/** Milliseconds since the Unix epoch that never go back, even when the system's clock is set. */
export function now(): Millis {
  return Math.floor(performance.timeOrigin + performance.now());
}
