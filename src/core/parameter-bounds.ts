/**
 * What each parameter may be. Scenario files, the command line and the library all read this table, and the core itself
 * checks by it. Periods have a minimum of some milliseconds, or virtual time would stand still.
 */
import type { Parameters } from './parameters.ts';
import { MAX_TTL } from './parameters.ts';

/** A month: what takes longer is for ever. */
export const MAX_MS = 30 * 86_400_000;
/** What a simulation's bookkeeping allows; the bound is memory, some kilobytes a node. */
export const MAX_NODES = 1_000_000;
/** A delta, and a digest, of more entries is refused by its receiver. */
const MAX_RUMORS = 1000;
const MAX_ENTRIES = 2000;

/** The minimum and the maximum of a whole number, both included; or the parameter is `true` or `false`. */
export type Bounds = 'boolean' | readonly [min: number, max: number];

export const PARAMETER_BOUNDS: {
  readonly [Name in keyof Parameters]: Parameters[Name] extends boolean ? 'boolean' : readonly [number, number];
} = {
  ttl: [1, MAX_TTL],
  fanout: [0, 1000],
  maxPeers: [1, MAX_NODES],
  wantedPeers: [1, MAX_NODES],
  maxPassive: [0, MAX_NODES],
  shuffleMs: [50, MAX_MS],
  heartbeatMs: [50, MAX_MS],
  heartbeatMinMs: [50, MAX_MS],
  failedSendsAreReported: 'boolean',
  silenceMs: [1, MAX_MS],
  settleMs: [0, MAX_MS],
  announceMs: [0, MAX_MS],
  graftAfterMs: [0, MAX_MS],
  maxTrees: [1, 1_000_000],
  probeHelpers: [0, 1000],
  probeTimeoutMs: [1, MAX_MS],
  suspicionMs: [0, MAX_MS],
  reapAfterMs: [1, MAX_MS],
  maxSeen: [1, 10_000_000],
  maxDeltaRumors: [1, MAX_RUMORS],
  maxDigestEntries: [1, MAX_ENTRIES],
  maxMessageBytes: [1, 10_000_000],
  maxMembers: [1, 10_000_000],
  maxRecords: [1, 10_000_000],
};

/**
 * @param given some parameters, or all
 * @throws {TypeError|RangeError} one line that names the parameter, its value and its range
 */
export function checkParameters(given: object): void {
  for (const [name, value] of Object.entries(given) as [string, unknown][]) {
    if (!Object.hasOwn(PARAMETER_BOUNDS, name)) throw new TypeError(`parameters.${name}: there is no such parameter`);
    checkParameter(name, PARAMETER_BOUNDS[name as keyof Parameters], value);
  }
}

/** @returns what it was given @throws as `checkParameters` does, and when one is missing */
export function checkAllParameters(given: Parameters): Parameters {
  for (const [name, bounds] of Object.entries(PARAMETER_BOUNDS)) {
    checkParameter(name, bounds, given[name as keyof Parameters]);
  }
  checkParameters(given);
  return given;
}

function checkParameter(name: string, bounds: Bounds, value: unknown): void {
  const isOfType = typeof value === (bounds === 'boolean' ? 'boolean' : 'number');
  if (isOfType && (bounds === 'boolean' || isWithin(bounds, value as number))) return;
  const expected = bounds === 'boolean' ? 'true or false' : `a whole number from ${bounds[0]} to ${bounds[1]}`;
  const got = typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value);
  throw new (isOfType ? RangeError : TypeError)(`parameters.${name}: expected ${expected}, got ${got}`);
}

function isWithin([min, max]: readonly [number, number], value: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}
