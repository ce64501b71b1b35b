/**
 * `npm run bench:observer`: what following a network costs its nodes. CPU per node and second, without and with a dashboard
 * that follows all of them, in turn, so that both see the same machine: at rest, and while each node chooses a new favourite
 * every two seconds.
 */
import { freePort } from '../test/free-port.ts';
import { FeedReader } from '../test/feed-reader.ts';
import { MeasuredProcess, median, pause } from './measured-process.ts';

const NODES = 10;
const ROUNDS = 3;
const WINDOW_MS = 5000;
/** Joining, and the first digests, are over. */
const SETTLE_MS = 8000;
const COMMAND = 'dist/gossip.cjs';

const gossip = (...args: (string | number)[]): [string, ...string[]] => [
  process.execPath,
  COMMAND,
  ...args.map(String),
];

async function startNodes(first: number, resampleMs: number): Promise<MeasuredProcess[]> {
  const nodes: MeasuredProcess[] = [];
  for (let i = 0; i < NODES; i++) {
    const join = i === 0 ? [] : ['-b', first];
    const port = first + i;
    const command = gossip('-p', port, ...join, '--no-tui', '--log-level', 'silent', '--resample-ms', resampleMs);
    nodes.push(await MeasuredProcess.start(command, port));
  }
  await pause(SETTLE_MS);
  return nodes;
}

/** Milliseconds of CPU a node and second. */
async function usage(nodes: readonly MeasuredProcess[]): Promise<number> {
  const cpuMs = (): number => nodes.reduce((sum, node) => sum + node.cpuMs(), 0);
  const [before, beganAt] = [cpuMs(), performance.now()];
  await pause(WINDOW_MS);
  return ((cpuMs() - before) / nodes.length / (performance.now() - beganAt)) * 1000;
}

interface Observed {
  readonly ofNodes: number;
  readonly ofDashboard: number;
  readonly eventsPerSecond: number;
}

async function observed(nodes: readonly MeasuredProcess[], first: number): Promise<Observed> {
  const port = await freePort();
  const dashboard = await MeasuredProcess.start(gossip('dashboard', '--connect', first, '--port', port), port);
  const page = await FeedReader.open(`http://127.0.0.1:${port}/`);
  const deadline = Date.now() + 30_000;
  while (page.of('snapshot').length < nodes.length && Date.now() < deadline) await pause(50);
  await pause(1000);
  const [events, cpuMs] = [page.events.length, dashboard.cpuMs()];
  const ofNodes = await usage(nodes);
  const seconds = WINDOW_MS / 1000;
  const result = {
    ofNodes,
    ofDashboard: (dashboard.cpuMs() - cpuMs) / seconds,
    eventsPerSecond: (page.events.length - events) / seconds,
  };
  page.close();
  await dashboard.stop();
  await pause(500);
  return result;
}

const rows: Record<string, Record<string, string>> = {};
for (const [name, resampleMs] of [
  ['at rest', 0],
  ['a favourite every 2 s', 2000],
] as const) {
  const first = await freePort(NODES);
  const nodes = await startNodes(first, resampleMs);
  const without: number[] = [];
  const withIt: Observed[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    without.push(await usage(nodes));
    withIt.push(await observed(nodes, first));
    process.stderr.write(`${name}: round ${round + 1} of ${ROUNDS}\n`);
  }
  await Promise.all(nodes.map((node) => node.stop()));
  const [plain, followed] = [median(without), median(withIt.map(({ ofNodes }) => ofNodes))];
  rows[name] = {
    'node, ms/s': plain.toFixed(2),
    'node followed, ms/s': followed.toFixed(2),
    ratio: (followed / plain).toFixed(2),
    'dashboard, ms/s': median(withIt.map(({ ofDashboard }) => ofDashboard)).toFixed(1),
    'events/s': median(withIt.map(({ eventsPerSecond }) => eventsPerSecond)).toFixed(0),
  };
}
console.table(rows);
