import { performance } from 'node:perf_hooks';
import type { Millis } from '../core/boundary.ts';

/** Milliseconds since the Unix epoch that never go back, even when the system's clock is set. */
export function now(): Millis {
  return Math.floor(performance.timeOrigin + performance.now());
}
