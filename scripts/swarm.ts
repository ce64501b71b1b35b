/**
 * `npm run swarm -- --seeds 1..1000`: networks drawn from seeds, on all cores. `-- --seed 17` and `-- scenario.json` replay
 * one and tell how it went.
 */
import { availableParallelism } from 'node:os';
import { readFileSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import Tinypool from 'tinypool';
import { parseScenario } from '../src/scenario/scenario-file.ts';
import type { Scenario } from '../src/scenario/scenario.ts';
import { swarmScenario } from '../src/verify/swarm-scenario.ts';
import { spanText } from '../src/text/spans.ts';
import { quantileOf } from '../src/trace/sample-quantile.ts';
import { account } from '../src/verify/swarm-account.ts';
import type { SeedResult, ShrinkTask } from '../src/verify/swarm-worker.ts';

/** After so many failures they are likely one and the same. */
const MAX_FAILURES = 10;
const PROGRESS_EVERY = 50;
const MAX_SEED = 2 ** 31 - 1;

interface Seeds {
  readonly first: number;
  readonly last: number;
}

function seedsOption(text: string): Seeds {
  const match = /^(\d+)\.\.(\d+)$/.exec(text);
  const [first, last] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || first > last || last > MAX_SEED)
    throw new InvalidArgumentError('Expected A..B, as in 1..1000.');
  return { first, last };
}

function seedOption(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > MAX_SEED) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

class Swarm {
  private readonly pool = new Tinypool({
    filename: new URL('../src/verify/swarm-worker.ts', import.meta.url).href,
    execArgv: ['--import', 'jiti/register'],
    maxThreads: availableParallelism(),
    minThreads: availableParallelism(),
  });
  private readonly startedAt = performance.now();
  private readonly settledMs: number[] = [];
  private readonly shrinking: Promise<void>[] = [];
  private done = 0;
  private failures = 0;
  private isStopped = false;

  async run({ first, last }: Seeds): Promise<number> {
    process.once('SIGINT', () => void this.stop());
    let next = first;
    const work = async () => {
      while (next <= last && !this.isStopped && this.failures < MAX_FAILURES) await this.judge(next++);
    };
    await Promise.all(Array.from({ length: availableParallelism() }, work));
    await Promise.all(this.shrinking);
    if (!this.isStopped) await this.pool.destroy();
    this.summarize();
    return this.failures === 0 ? (this.isStopped ? 130 : 0) : 1;
  }

  private async judge(seed: number): Promise<void> {
    const result = (await this.unlessStopped(this.pool.run(seed))) as SeedResult | undefined;
    if (result === undefined) return;
    this.done++;
    if (result.settledAfterMs !== undefined) this.settledMs.push(result.settledAfterMs);
    if (this.done % PROGRESS_EVERY === 0) {
      process.stderr.write(`${this.done} seeds, ${this.failures} failed, ${this.seconds()} s\n`);
    }
    if (result.failure === undefined) return;
    this.failures++;
    console.log(`seed ${seed}: ${result.failure.line}\n  replay: npm run swarm -- --seed ${seed}`);
    this.shrinking.push(this.shrink({ seed, ...result.failure }));
  }

  private async shrink(task: ShrinkTask): Promise<void> {
    process.stderr.write(`seed ${task.seed}: looking for a smaller scenario\n`);
    const scenario = (await this.unlessStopped(this.pool.run(task, { name: 'shrinkSeed' }))) as Scenario | undefined;
    if (scenario === undefined) return;
    const path = `swarm-${task.seed}.json`;
    writeFileSync(path, `${JSON.stringify(scenario, null, 2)}\n`);
    console.log(
      `seed ${task.seed}: shrunk to ${scenario.nodes} nodes, ${scenario.faults.length} faults\n  replay: npm run swarm -- ${path}`,
    );
  }

  /** What was under way when the run was stopped comes to nothing. */
  private async unlessStopped(work: Promise<unknown>): Promise<unknown> {
    try {
      return await work;
    } catch (error) {
      if (this.isStopped) return undefined;
      throw error;
    }
  }

  private async stop(): Promise<void> {
    this.isStopped = true;
    await this.pool.destroy();
  }

  private summarize(): void {
    const at = (part: number) => spanText(quantileOf(this.settledMs, part) ?? 0);
    const rest = `at rest after ${at(0.5)} (median), ${at(0.99)} (99 %), ${at(1)} (worst)`;
    // The rule of three, at 95 % (Hanley and Lippman-Hand, JAMA 249, 1983): none that failed is not none that would.
    const unseen =
      this.failures === 0 && this.done > 0 ? ` (up to ${(300 / this.done).toPrecision(2)} % of all seeds may)` : '';
    console.log(`${this.done} seeds, ${this.failures} failed${unseen}, ${this.seconds()} s; ${rest}`);
  }

  private seconds(): string {
    return ((performance.now() - this.startedAt) / 1000).toFixed(1);
  }
}

interface Options {
  readonly seeds: Seeds;
  readonly seed?: number;
}

async function main(file: string | undefined, { seeds, seed }: Options): Promise<void> {
  if (file === undefined && seed === undefined) {
    process.exitCode = await new Swarm().run(seeds);
    return;
  }
  const scenario = file === undefined ? swarmScenario(seed!) : parseScenario(JSON.parse(readFileSync(file, 'utf8')));
  process.exitCode = account(scenario, (line) => console.log(line)) ? 0 : 1;
}

await new Command('swarm')
  .description('Run networks drawn from seeds: safe at every step, at rest in the end.')
  .argument('[file]', 'a scenario to replay')
  .option('--seeds <A..B>', 'which seeds', seedsOption, { first: 1, last: 100 })
  .option('--seed <number>', 'one seed to replay', seedOption)
  .action(main)
  .parseAsync();
