/** A scenario with real processes: it strikes the right ones, and ends as it should. Longer ones are in test/cluster. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../src/scenario/scenario-file.ts';
import { simulate } from '../../src/sim/simulate.ts';
import type { RunEvent } from '../../src/trace/trace-event.ts';
import { eventually } from '../support.ts';
import { BASE, ofType, play, playWhole } from './played-scenario.ts';
import { childrenOf, isAlive } from './real-network.ts';

describe('a scenario with real processes', () => {
  test('strikes whom the simulator strikes', async () => {
    const scenario = {
      nodes: 8,
      durationMs: 3000,
      seed: 7,
      faults: [{ atMs: 2000, do: 'kill', nodes: { count: 4 } }],
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
    expect(stdout).toMatch(/5 nodes, plumtree, seed 1; 1 update in \S+ s of 60 s\n/);
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
