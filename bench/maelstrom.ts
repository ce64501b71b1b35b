/**
 * `npm run bench:maelstrom [-- BATCH_MS …]`: what an operation costs and how long a value takes, for both aims: 25 nodes in virtual
 * time, 100 ms one way, 100 operations a second for 20 s, half of them broadcasts, then 10 s of quiet as Maelstrom waits
 * before its final reads; all background traffic counts. `-- --real [ROUNDS [BATCH_MS …]]`: the same with 25 real processes.
 */
import { DEFAULT_BATCH_MS } from '../src/maelstrom/defaults.ts';
import { MaelstromNetwork } from '../test/maelstrom-network.ts';

const SEEDS = [1, 2, 3, 4, 5];

function measure(batchMs: number, seed: number) {
  const network = new MaelstromNetwork({ nodes: 25, seed, batchMs, startWithinMs: 300, jitterMs: 5, topology: 'grid' });
  network.untilReady();
  network.load(100, 20_000);
  network.runFor(10_000);
  const { messagesPerOperation, busiestByMean, withoutValues, latencyMs, lost } = network.figures();
  return {
    'batch ms': batchMs,
    seed,
    'messages an operation': messagesPerOperation.toFixed(2),
    'busiest ÷ mean': busiestByMean.toFixed(2),
    'without values': withoutValues.toFixed(2),
    'median ms': latencyMs.p50,
    'p99 ms': latencyMs.p99,
    'max ms': latencyMs.max,
    lost,
    links: network.links,
  };
}

const args = process.argv.slice(2);
if (args[0] === '--real') {
  await import('./maelstrom-real.ts');
} else {
  const batches = args.length > 0 ? args.map(Number) : [DEFAULT_BATCH_MS, 600];
  console.table(batches.flatMap((batchMs) => SEEDS.map((seed) => measure(batchMs, seed))));
}
