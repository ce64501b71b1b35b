/**
 * `npm run fuzz -- --count 1000000`: hostile requests and lines of streams to a node that runs, and what must hold meanwhile.
 * `-- --seed 7 --from 64000 --count 64` says a part of a run again, `--show` prints it instead.
 */
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { freePort } from '../test/free-port.ts';
import { BLOCK_SIZE, blockOf } from './fuzz/blocks.ts';
import { Campaign, type Report } from './fuzz/campaign.ts';
import { megabytes } from './fuzz/growth.ts';
import { TARGETS, type TargetName } from './fuzz/targets.ts';

const MAX_SEED = 2 ** 31 - 1;
const RESTS = 10;

interface Options {
  readonly seed: number;
  readonly count: number;
  readonly from: number;
  readonly seconds: number;
  readonly target: TargetName;
  readonly show?: true;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > MAX_SEED) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

async function main(options: Options): Promise<void> {
  const from = options.from - (options.from % BLOCK_SIZE);
  if (options.show === true) return show({ ...options, from });
  const { seed, count, seconds, target } = options;
  const campaign = new Campaign({
    seed,
    from,
    count,
    seconds,
    firstPort: await freePort(3),
    command: ['dist/gossip.cjs'],
    targetOptions: TARGETS[target],
    rests: RESTS,
    progress: (text) => process.stderr.write(`${text}\n`),
  });
  process.once('SIGINT', () => campaign.stop());
  const report = await campaign.run();
  for (const line of linesOf(report)) console.log(line);
  if (report.finding === undefined) return;
  const { text, from: again, count: few } = report.finding;
  console.log(`\nFound: ${text}`);
  console.log(`  again: npm run fuzz -- --target ${target} --seed ${seed} --from ${again} --count ${few}`);
  process.exitCode = 1;
}

function* linesOf({ outcomes, usages, ...report }: Report): Generator<string> {
  const rate = Math.round(report.delivered / report.seconds);
  yield `${report.delivered} inputs in ${report.seconds.toFixed(0)} s, ${rate} a second on ${availableParallelism()} cores`;
  yield `${'what'.padEnd(26)}${'taken'.padStart(9)}${'refused'.padStart(9)}${'cut off'.padStart(9)}`;
  for (const [kind, { taken, refused, 'cut off': cutOff }] of [...outcomes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    yield `${kind.padEnd(26)}${[taken, refused, cutOff].map((count) => String(count).padStart(9)).join('')}`;
  }
  yield `calls of the target answered by accomplices: ${report.hostileAnswers}`;
  yield `slowest /health/: ${report.slowestHealthMs.toFixed(0)} ms; agreement after the attack: ${report.agreedAfterMs.toFixed(0)} ms`;
  for (const { heapBytes, externalBytes, descriptors, records } of usages) {
    yield `at rest: heap ${megabytes(heapBytes)}, buffers ${megabytes(externalBytes)}, ${descriptors ?? '?'} descriptors, ${records} records`;
  }
}

/** Addresses are those of no run. */
function show({ seed, from, count }: Options): void {
  const [target, ...honest] = ['127.0.0.1:7000', '127.0.0.1:7001', '127.0.0.1:7002'] as [string, ...string[]];
  const accomplices = [8000, 8001, 8002, 8003].map((port) => `127.0.0.1:${port}`);
  for (let first = from; first < from + count; first += BLOCK_SIZE) {
    const block = blockOf(seed, first / BLOCK_SIZE, { target, honest, accomplices, cluster: 'fuzz' });
    for (const [i, input] of block.inputs.entries()) {
      const bytes = 'steps' in input ? Buffer.concat(input.steps.map((step) => step.bytes)) : input.bytes;
      console.log(`${first + i} ${block.by}, ${input.kind}: ${JSON.stringify(bytes.toString('latin1'))}`);
    }
  }
}

await new Command('fuzz')
  .description('Say hostile things to a node, from a seed, and see whether it holds.')
  .option('--count <number>', 'how many inputs', wholeNumber, 20_000)
  .option('--seed <number>', 'what they are drawn from', wholeNumber, 1)
  .option('--from <number>', 'which is the first', wholeNumber, 0)
  .option('--seconds <number>', 'end after so long', wholeNumber, MAX_SEED)
  .addOption(new Option('--target <name>', 'which kind of node').choices(Object.keys(TARGETS)).default('open'))
  .option('--show', 'print them, as JSON text of Latin-1, instead')
  .action(main)
  .parseAsync();
