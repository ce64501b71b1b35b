/** Commands whose output goes to a full disk. Linux has one. */
import { openSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { COMMAND } from './real-network.ts';

export const FULL = '/dev/full';
export const FULL_LINE = 'cannot write to standard output: the disk is full';
/** A short one. */
export const SCENARIO = { nodes: 2, durationMs: 4000, workload: { updates: { count: 1, startMs: 2000 } } };

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param full that of its outputs which goes to a full disk */
export function run(args: readonly (string | number)[], full?: 'stdout' | 'stderr', input = ''): Ended {
  const out = (name: string): number | 'pipe' => (name === full ? openSync(FULL, 'w') : 'pipe');
  return spawnSync(process.execPath, [COMMAND, ...args.map(String)], {
    stdio: ['pipe', out('stdout'), out('stderr')],
    encoding: 'utf8',
    input,
  });
}

export type Args = readonly (string | number)[];

export function expectOneLine(args: Args, input?: string): void {
  const { status, stderr } = run(args, 'stdout', input);
  expect([status, stderr.match(/^gossip: .*$/gm)]).toEqual([1, [`gossip: ${FULL_LINE}`]]);
  expect(stderr).not.toMatch(/^ +at /m);
}
