/**
 * `npm run bench:maelstrom`: what an operation costs and how long a value takes, for both aims: 25 nodes in virtual
 * time, 100 ms one way, 100 operations a second for 30 s, half of them broadcasts, all background traffic counted.
 */
import { DEFAULT_BATCH_MS } from '../src/maelstrom/defaults.ts';
import { MaelstromNetwork } from '../test/maelstrom-network.ts';

const SEEDS = [1, 2, 3, 4, 5];

function measure(batchMs: number, seed: number) {
  const network = new MaelstromNetwork({ nodes: 25, seed, batchMs, startWithinMs: 300, jitterMs: 5 });
  network.untilReady();
  network.load(100, 30_000);
  network.runFor(5000);
  const { messagesPerOperation, latencyMs, lost } = network.figures();
  return {
    'batch ms': batchMs,
    seed,
    'messages an operation': messagesPerOperation.toFixed(2),
    'median ms': latencyMs.p50,
    'p99 ms': latencyMs.p99,
    'max ms': latencyMs.max,
    lost,
    links: network.links,
  };
}

const batches = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [DEFAULT_BATCH_MS, 600];
console.table(batches.flatMap((batchMs) => SEEDS.map((seed) => measure(batchMs, seed))));
