/** What `gossip agree` is given in tests. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Calibration } from '../../src/lab/calibration.ts';
import { temporaryDirectory } from './real-network.ts';

export const NODES = 6;
/** All peers of all: chance has no say in how many copies an update costs. */
export const FLOOD = {
  nodes: NODES,
  strategy: 'flood',
  parameters: { maxPeers: NODES - 1 },
  join: { how: 'seed', everyMs: 0 },
  network: { delay: { kind: 'uniform', minMs: 10, maxMs: 60 } },
  workload: { updates: { count: 6, startMs: 7000, everyMs: 500 } },
  durationMs: 12_000,
};
const SPREAD = { count: 100, p50: 4, p90: 8, p99: 20 };
export const CALIBRATION: Calibration = {
  ...{ nodes: NODES, strategy: 'flood', cores: 2 },
  ...{ hopMs: SPREAD, delayedHopMs: SPREAD, wireMs: SPREAD, refusedMs: SPREAD },
};

export function written(name: string, value: object): string {
  const file = join(temporaryDirectory(), name);
  writeFileSync(file, JSON.stringify(value));
  return file;
}
