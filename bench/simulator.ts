/**
 * `npm run bench:simulator [-- 1000 10000 …]`: how fast the simulator runs the protocol as it ships, and what a node
 * takes. Each run has a process of its own, so that none finds the other's code or garbage.
 *
 *     flood       nodes on a random graph of mean degree 8, delays of 10 to 100 ms; 10 updates or more, one a second
 *     pure flood  the same without heartbeats and shuffles: nothing but the updates
 *     idle        a graph of mean degree 2, 60 s of heartbeats once a second on each link
 *     pure idle   the same without shuffles: each node speaks to one neighbour a second, and nothing else
 *     join        all join through one seed, then 60 s: full views, and what a node takes with them
 *
 * `-- broadcast 1000000` runs one update over that many nodes. Seconds are those of the CPU, not of the wall: other
 * processes share the machine. Even so, compare only within one run.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { NetworkPlan, Scenario, Workload } from '../src/scenario/scenario.ts';
import { Simulation } from '../src/sim/simulation.ts';

const SIZES = [1000, 10_000, 100_000];
const JOBS = ['flood', 'pure flood', 'idle', 'pure idle', 'join'] as const;
type Job = (typeof JOBS)[number] | 'broadcast';

const NETWORK: NetworkPlan = {
  delay: { kind: 'uniform', minMs: 10, maxMs: 100, perMessage: false },
  ...{ loss: 0, duplication: 0, reordering: 1 },
  ...{ bytesPerSecond: 0, serviceMs: 0, cores: 0, refusedAfterMs: 1, closedAfterMs: null, timeoutMs: 1000 },
};
const NEVER = 1_000_000_000;
const SILENT = { heartbeatMs: NEVER, heartbeatMinMs: NEVER, shuffleMs: NEVER };

function workload(count: number): Workload {
  return {
    favorites: false,
    resampleMs: 0,
    updates: { count, startMs: 1000, everyMs: 1000, origins: 0, warmUp: 0, receiptWithinMs: 0 },
    publish: [],
  };
}

function scenarioOf(job: Job, nodes: number): Scenario {
  const common = { name: job, description: '', seed: 1, nodes, parameters: {}, network: NETWORK, faults: [] };
  const graph = (degree: number) => ({ how: 'graph', degree }) as const;
  switch (job) {
    case 'flood': {
      // Small networks for longer: else it is the compiler that is measured.
      const updates = Math.max(10, Math.round(100_000 / nodes));
      const durationMs = 1000 * (updates + 1);
      return { ...common, durationMs, strategy: 'flood', join: graph(8), workload: workload(updates) };
    }
    case 'pure flood':
      return { ...scenarioOf('flood', nodes), parameters: SILENT };
    case 'broadcast':
      return { ...scenarioOf('pure flood', nodes), durationMs: 3000, workload: workload(1) };
    case 'idle': {
      const parameters = { heartbeatMs: 1000, heartbeatMinMs: 1000 };
      return { ...common, parameters, durationMs: 60_000, strategy: 'plumtree', join: graph(2), workload: workload(0) };
    }
    case 'pure idle': {
      const idle = scenarioOf('idle', nodes);
      return { ...idle, parameters: { ...idle.parameters, shuffleMs: NEVER } };
    }
    case 'join': {
      const join = { how: 'seed', everyMs: 0 } as const;
      return { ...common, durationMs: 60_000, strategy: 'plumtree', join, workload: workload(0) };
    }
  }
}

interface Figures {
  readonly job: Job;
  readonly nodes: number;
  readonly 'M events': string;
  readonly 'M events/s': string;
  readonly 'start ms': number;
  readonly 'CPU ms': number;
  readonly 'wall ms': number;
  readonly 'peak RSS MiB': number;
  readonly 'heap bytes/node': number;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function heapBytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}

/** In the child. */
function measure(job: Job, nodes: number): Figures {
  const heapBefore = heapBytes();
  const scenario = scenarioOf(job, nodes);
  const startAt = cpuMs();
  const simulation = new Simulation(scenario);
  simulation.runUntil(0);
  const [runAt, wallAt] = [cpuMs(), performance.now()];
  simulation.runUntil(scenario.durationMs);
  const [ms, wallMs] = [cpuMs() - runAt, performance.now() - wallAt];
  const peak = process.resourceUsage().maxRSS / 1024;
  return {
    job,
    nodes,
    'M events': (simulation.eventsHandled / 1e6).toFixed(2),
    'M events/s': (simulation.eventsHandled / ms / 1000).toFixed(2),
    'start ms': Math.round(runAt - startAt),
    'CPU ms': Math.round(ms),
    'wall ms': Math.round(wallMs),
    'peak RSS MiB': Math.round(peak),
    'heap bytes/node': Math.round((heapBytes() - heapBefore) / nodes),
  };
}

async function bundle(): Promise<string> {
  const file = fileURLToPath(new URL('../node_modules/.cache/bench-simulator.mjs', import.meta.url));
  const build = await rolldown({ input: fileURLToPath(import.meta.url), platform: 'node', external: ['rolldown'] });
  await build.write({ file, format: 'esm' });
  return file;
}

async function runAll(jobs: readonly Job[], sizes: readonly number[]): Promise<void> {
  const file = await bundle();
  const figures: Figures[] = [];
  for (const job of jobs) {
    for (const nodes of sizes) {
      const args = ['--expose-gc', '--max-old-space-size=16384', file, '--child', job, String(nodes)];
      figures.push(JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Figures);
      process.stderr.write('.');
    }
  }
  process.stderr.write('\n');
  console.table(figures);
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--child') {
  process.stdout.write(JSON.stringify(measure(rest[0] as Job, Number(rest[1]))));
} else if (first === 'broadcast') {
  await runAll(['broadcast'], [Number(rest[0] ?? 1_000_000)]);
} else {
  const sizes = first === undefined ? SIZES : [first, ...rest].map(Number);
  await runAll(JOBS, sizes);
}
