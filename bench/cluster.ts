/**
 * `npm run bench [-- --nodes 100 --seed 42 --only gossip,floor]`: this project's cluster and the floor, one after the other on the
 * same machine, each figure by the same definition (`figures.ts`). Linux only. Absolute times are those of the
 * machine and of what else it does: compare the ratios. It takes six minutes.
 */
import { parseArgs } from 'node:util';
import { seededRandom } from '../src/node/seeded-random.ts';
import { tableOf, type Figures } from './figures.ts';
import { GossipNetwork } from './gossip-network.ts';
import { measureFloor } from './relay-floor.ts';

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '100' },
    seed: { type: 'string', default: '42' },
    only: { type: 'string', default: 'gossip,floor' },
    json: { type: 'boolean', default: false },
  },
});
const nodes = Number(values.nodes);
// Costs every Node process 60 ms at start, and has nothing to do with us.
delete process.env['NODE_EXTRA_CA_CERTS'];

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const contenders: { readonly [name: string]: () => Promise<Figures> } = {
  gossip: () => GossipNetwork.measure(nodes, seededRandom(Number(values.seed)), say),
  floor: () => measureFloor(nodes, seededRandom(Number(values.seed))),
};

const measured = new Map<string, Figures>();
for (const name of values.only.split(',')) {
  const measure = contenders[name];
  if (measure === undefined) throw new Error(`there is no ${name}; there is ${Object.keys(contenders).join(', ')}`);
  say(`${name}: ${nodes} processes …`);
  measured.set(name, await measure());
}
process.stdout.write(values.json ? `${JSON.stringify(Object.fromEntries(measured))}\n` : `${tableOf(measured)}\n`);
process.exit(0);
