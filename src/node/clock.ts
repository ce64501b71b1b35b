import { performance } from 'node:perf_hooks';
import type { Millis } from '../core/boundary.ts';

/** The longest that a timer can be told to wait: with more it fires at once. */
export const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Milliseconds since the Unix epoch that never go back, even when the system's clock is set. */
export function now(): Millis {
  return Math.floor(performance.timeOrigin + performance.now());
}
