/** A scenario with real processes: the faults happen, the network bears them, and what is told of it is true. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../src/sim/scenario-file.ts';
import { simulate } from '../../src/sim/simulate.ts';
import type { Measured } from '../../src/trace/measures.ts';
import type { RunEvent } from '../../src/trace/trace-event.ts';
import { eventually } from '../support.ts';
import { freePort } from '../free-port.ts';
import { childrenOf, gossip, isAlive, temporaryDirectory, type Running } from './real-network.ts';

const BASE = { join: { how: 'seed', everyMs: 0 } } as const;

async function play(
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
async function playWhole(scenario: { readonly nodes: number }): Promise<{ measured: Measured; events: RunEvent[] }> {
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

function ofType<Type extends RunEvent['type']>(events: readonly RunEvent[], type: Type) {
  return events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
}

describe('a scenario with real processes', () => {
  test('kills, freezes, wakes and restarts them, and every update still reaches all', async () => {
    const { measured, events } = await playWhole({
      nodes: 8,
      durationMs: 22_000,
      // Over before anybody comes back: what a node tells first in a new life counts as no update.
      workload: { updates: { count: 10, startMs: 5000, everyMs: 800 } },
      faults: [
        { atMs: 7500, do: 'kill', nodes: [6, 7] },
        { atMs: 8500, do: 'pause', nodes: [5] },
        { atMs: 11_500, do: 'resume', nodes: [5] },
        { atMs: 12_500, do: 'restart', nodes: [6], remember: true },
        // Later: who comes back while another does hears that the other is dead, and says so.
        { atMs: 15_500, do: 'restart', nodes: [7], remember: false },
      ],
    } as { nodes: number });
    expect(measured).toMatchObject({ updates: 10, live: 8, coverage: { min: 1 }, falsePositives: 0 });
    const times = events.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(ofType(events, 'stopped').map(({ node, why }) => [node, why])).toEqual([
      ['n6', 'killed'],
      ['n7', 'killed'],
    ]);
    const moved = events.filter(({ type }) => type === 'paused' || type === 'resumed');
    expect(moved.map(({ node, type }) => [node, type])).toEqual([
      ['n5', 'paused'],
      ['n5', 'resumed'],
    ]);
    const [pausedAt = 0, resumedAt = 0] = moved.map(({ time }) => time);
    expect(events.filter(({ node, time }) => node === 'n5' && time > pausedAt && time < resumedAt)).toEqual([]);
    const told = (node: string, life: 0 | 1): number[] => {
      const restartedAt = ofType(events, 'started').filter((event) => event.node === node)[1]?.time ?? NaN;
      const own = ofType(events, 'published').filter((event) => event.node === node && event.status === undefined);
      return own.filter(({ time }) => time > restartedAt === (life === 1)).map(({ version }) => version);
    };
    expect(told('n6', 1)[0]).toBeGreaterThan(Math.max(...told('n6', 0)));
    expect(told('n7', 1)[0]).toBe(1);
  });

  test('cuts the network in two, and what was told meanwhile crosses once it is healed', async () => {
    const { measured, events } = await playWhole({
      nodes: 6,
      durationMs: 18_000,
      workload: {
        publish: [
          { atMs: 6500, node: 0 },
          { atMs: 6500, node: 5 },
        ],
      },
      faults: [
        { atMs: 6000, do: 'partition', nodes: [0, 1, 2] },
        { atMs: 9000, do: 'heal' },
      ],
    } as { nodes: number });
    expect(measured).toMatchObject({ updates: 2, coverage: { min: 1 } });
    const side = (node: string): boolean => node < 'n3';
    // 500 ms after the cut, and 2500 before it is healed.
    const published = ofType(events, 'published').slice(-2);
    const toldAt = published[0]?.time ?? NaN;
    const uuids = published.map(({ uuid }) => uuid);
    const crossing = ofType(events, 'applied').filter(
      ({ uuid, node, origin }) => uuids.includes(uuid) && side(node) !== side(origin),
    );
    expect(crossing).toHaveLength(6);
    for (const { time } of crossing) expect(time).toBeGreaterThan(toldAt + 2300);
    const lost = ofType(events, 'lost');
    expect(lost.length).toBeGreaterThan(0);
    for (const { node, to, reason, time } of lost) {
      expect([side(node) !== side(to), reason, time > toldAt - 700 && time < toldAt + 3000]).toEqual([
        true,
        'partition',
        true,
      ]);
    }
  });

  test('strikes whom the simulator strikes', async () => {
    const scenario = {
      nodes: 8,
      durationMs: 6000,
      seed: 7,
      faults: [{ atMs: 5000, do: 'kill', nodes: { count: 4 } }],
      workload: { updates: 0 },
    };
    const { events } = await playWhole(scenario);
    const stopped = (all: readonly RunEvent[]): string[] =>
      ofType(all, 'stopped').map(({ node }) => node.replace(/:\d+$/, ''));
    const simulated = stopped([...simulate(parseScenario({ ...BASE, ...scenario }))]);
    expect(simulated).toHaveLength(4);
    expect(stopped(events).sort()).toEqual(simulated.sort());
  });

  test('leaves no process when it is killed while some of them stand still', async () => {
    const { run } = await play({
      nodes: 5,
      durationMs: 60_000,
      faults: [{ atMs: 1500, do: 'pause', nodes: { part: 1 } }],
    } as { nodes: number });
    await eventually('they are paused', () => run.stderr.includes('pause'), 15_000);
    const children = childrenOf(run.pid);
    const isStopped = (pid: number): boolean => / T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    await eventually('they stand still', () => children.filter(isStopped).length === 5, 5000);
    await run.kill('SIGKILL');
    await eventually('all are gone', () => !children.some(isAlive), 8000);
  });

  test('tells what it measured so far when it is asked to stop', async () => {
    const { run, record } = await play({
      nodes: 5,
      durationMs: 60_000,
      workload: { updates: { count: 1, startMs: 3000 } },
    } as { nodes: number });
    await eventually('all know all', () => run.stderr.includes('all know all'), 15_000);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const { code, stdout } = await run.kill('SIGINT');
    expect(code).toBe(130);
    expect(stdout).toMatch(/5 nodes, plumtree, seed 1; 1 update in \S+ s of 60\.0 s\n/);
    expect(stdout).toMatch(/coverage +100 %/);
    expect(readFileSync(`${record}.partial`, 'utf8')).toContain('"started"');
  });

  test('is refused by name, before anything starts, where real processes cannot do it', async () => {
    const { run } = await play({ nodes: 5, faults: [{ atMs: 1, do: 'drift', nodes: [0], rate: 2 }] } as {
      nodes: number;
    });
    const { code, stdout, stderr } = await run.ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^gossip: \S+: faults\[0\]\.do: "drift": all processes of a machine share one clock\n$/);
  });
});
