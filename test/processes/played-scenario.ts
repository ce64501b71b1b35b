/** Scenarios played with real processes by `gossip cluster`, and what it records of them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Measured } from '../../src/trace/measures.ts';
import type { RunEvent } from '../../src/trace/trace-event.ts';
import { freePort } from '../free-port.ts';
import { gossip, temporaryDirectory, type Running } from './real-network.ts';

export const BASE = { join: { how: 'seed', everyMs: 0 } } as const;

export async function play(
  scenario: { readonly nodes: number },
  ...args: string[]
): Promise<{ run: Running; port: number; record: string }> {
  const directory = temporaryDirectory();
  const file = join(directory, 'scenario.json');
  const record = join(directory, 'trace.jsonl');
  writeFileSync(file, JSON.stringify({ ...BASE, ...scenario }));
  const port = await freePort(scenario.nodes);
  return { run: gossip('cluster', file, '--base-port', port, ...args, '--record', record), port, record };
}

/** What a whole run measures and records; its nodes by number. */
export async function playWhole(scenario: {
  readonly nodes: number;
}): Promise<{ measured: Measured; events: RunEvent[] }> {
  const { run, port, record } = await play(scenario, '--json');
  const { code, stdout, stderr } = await run.ended;
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^starting \d+ nodes/)]);
  const text = readFileSync(record, 'utf8').replaceAll(/127\.0\.0\.1:(\d+)/g, (_, at) => `n${Number(at) - port}`);
  const events = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
  return { measured: JSON.parse(stdout) as Measured, events };
}

export function ofType<Type extends RunEvent['type']>(events: readonly RunEvent[], type: Type) {
  return events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
}
