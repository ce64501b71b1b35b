/**
 * `npm run bench [-- --nodes 100 --seed 42 --only gossip,gossip-keyring,gossip-tls,floor,floor-stream,serf,libp2p --libp2p FOLDER]`: this project's cluster, the
 * floors, and other gossip networks that are installed, one after the other on the same machine, each figure by the same
 * definition (`figures.ts`, `contest.ts`). Linux only. Absolute times are those of the machine and of what else it does:
 * compare the ratios.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../src/http/seeded-random.ts';
import type { Entrant } from './contender.ts';
import { measure } from './contest.ts';
import { rateBetween, tableOf, usageOf, type Figures } from './figures.ts';
import { gossip, gossipTls, gossipWithKeyring } from './gossip-network.ts';
import { libp2p } from './libp2p-network.ts';
import { pause } from './measured-process.ts';
import { floor, streamFloor } from './relay-floor.ts';
import { serf } from './serf-network.ts';

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '100' },
    seed: { type: 'string', default: '42' },
    only: { type: 'string', default: 'gossip,floor,floor-stream,serf,libp2p' },
    libp2p: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
/** Before anything is started, for who else uses the interface that bytes are counted on. */
const LISTEN_MS = 5000;
const QUIET_BYTES_PER_SECOND = 1000;

const nodes = Number(values.nodes);
const folder = values.libp2p === undefined ? undefined : resolve(values.libp2p);
// Costs every Node process 60 ms at start, and has nothing to do with us.
delete process.env['NODE_EXTRA_CA_CERTS'];
// Whoever ends this ends what it started.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

const entrants: { readonly [name: string]: Entrant } = {
  gossip,
  'gossip-keyring': gossipWithKeyring,
  'gossip-tls': gossipTls,
  floor,
  'floor-stream': streamFloor,
  serf,
  libp2p: libp2p(folder, 'secure'),
  'libp2p-plain': libp2p(folder, 'plain'),
};
const unknown = values.only.split(',').find((name) => entrants[name] === undefined);
if (unknown !== undefined) throw new Error(`there is no ${unknown}; there is ${Object.keys(entrants).join(', ')}`);

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const measured = new Map<string, Figures>();
const notes: string[] = [...(await othersOnLoopback())];
for (const name of values.only.split(',')) {
  const entrant = entrants[name] as Entrant;
  const why = entrant.missing?.();
  if (why !== undefined) {
    notes.push(`${name} is not measured: ${why}`);
    continue;
  }
  say(`${name}: ${nodes} processes …`);
  notes.push(...entrant.notes.map((note) => `${name}: ${note}`));
  const tell = (phase: string, figures: Figures): void => {
    say(`${name}, ${phase}: ${JSON.stringify(figures)}`);
    measured.set(name, { ...measured.get(name), ...figures });
  };
  // What one network cannot do must not keep the others from being measured.
  await measure(entrant, nodes, seededRandom(Number(values.seed)), tell).catch((error: unknown) => {
    notes.push(`${name} failed, what is missing was not measured: ${String(error)}`);
    process.exitCode = 1;
  });
}
const lines = values.json
  ? [JSON.stringify({ ...Object.fromEntries(measured), notes })]
  : [tableOf(measured), '', ...notes.map((note) => `- ${note}`)];
process.stdout.write(`${lines.join('\n')}\n`, () => process.exit());

/** @returns a warning, where bytes of others would be taken for those of the networks */
async function othersOnLoopback(): Promise<string[]> {
  const before = usageOf([]);
  await pause(LISTEN_MS);
  const perSecond = rateBetween(before, usageOf([])).bytes * 1000;
  if (perSecond < QUIET_BYTES_PER_SECOND) return [];
  return [`something else sends ${(perSecond / 1000).toFixed(1)} kB a second over loopback: do not trust the bytes`];
}
