/** `gossip recommend`: the search in the time there is, and what it found. */
import { Recommender, outcomeOf, type RunAll } from '../lab/recommend.ts';
import { CORES, RunPool } from '../lab/run-pool.ts';
import { isObject } from '../lab/vary.ts';
import type { Objective } from '../lab/objective.ts';
import { ScenarioError } from '../scenario/scenario-file.ts';
import { AskedToStop, EXIT_CODES } from './asked-to-stop.ts';
import { readScenarioFile } from './load-scenario.ts';
import { ProgressLine } from './progress-line.ts';
import { LEAST_EVERY_MS, type RecommendCommandOptions } from './recommend-options.ts';
import { recommendJsonOf, recommendTextOf } from './recommend-text.ts';
import { endWithOutput } from './output.ts';
import { UsageError } from './usage-error.ts';

export async function runRecommend(options: RecommendCommandOptions): Promise<void> {
  endWithOutput();
  const objective = await objectiveOf(options);
  const startedAt = performance.now();
  const asked = new AskedToStop();
  const { budget, jobs = CORES } = options;
  let outOfTime: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => (outOfTime = setTimeout(resolve, budget)));
  const pool = new RunPool(jobs);
  const line = new ProgressLine(process.stderr, options.json);
  const recommender = new Recommender(objective, runAllWith(pool, Promise.race([asked.asked, timeUp])), (text) =>
    line.tell(() => text),
  );
  try {
    const recommendation = await recommender.search((wallMsPerUpdate) => {
      const leftMs = Math.max(0, budget - (performance.now() - startedAt));
      return asked.signal === undefined ? Math.floor((leftMs * jobs) / wallMsPerUpdate) : 0;
    });
    line.clear();
    const wallMs = performance.now() - startedAt;
    const out = options.json
      ? `${JSON.stringify(recommendJsonOf(objective, recommendation, wallMs))}\n`
      : recommendTextOf(objective, recommendation, wallMs);
    process.stdout.write(out);
    process.exitCode =
      asked.signal !== undefined ? EXIT_CODES[asked.signal] : recommendation.verdict === 'shown' ? 0 : 1;
  } catch (error) {
    throw error instanceof ScenarioError ? new UsageError(error.message) : error;
  } finally {
    clearTimeout(outOfTime);
    asked.stopListening();
    await pool.destroy();
  }
}

/** The pool ends with the time; what comes after finds it ended. */
function runAllWith(pool: RunPool, stop: Promise<void>): RunAll {
  return async (tasks, ended) => {
    let isEnough = false;
    const queue = (function* () {
      for (const [index, task] of tasks.entries()) {
        if (isEnough) return;
        yield { index, task };
      }
    })();
    await pool.run(
      queue,
      ({ task }) => task,
      ({ index }, outcome) => {
        if (!isEnough) isEnough = ended(index, outcomeOf(outcome)) === 'enough';
      },
      stop,
    );
    return isEnough;
  };
}

/** As the brief has it: each node has news every ten seconds. */
const NEWS_OF_A_NODE_MS = 10_000;

async function objectiveOf(options: RecommendCommandOptions): Promise<Objective> {
  const { nodes, loss, delayMs, scenario, reliability, maxMs, maxMessages, cost } = options;
  const everyMs = options.everyMs ?? Math.max(LEAST_EVERY_MS, Math.round(NEWS_OF_A_NODE_MS / nodes));
  let network: Readonly<Record<string, unknown>> = {};
  if (scenario !== undefined) {
    const { name, file } = await readScenarioFile(scenario);
    if (!isObject(file)) throw new UsageError(`${name}: expected an object`);
    if (isObject(file['network'])) network = file['network'];
  }
  return {
    ...{ nodes, reliability, withinMs: maxMs, cost, everyMs },
    network: {
      ...network,
      ...(loss !== undefined && { loss }),
      ...(delayMs !== undefined && {
        delay: { kind: 'uniform', minMs: delayMs / 2, maxMs: 1.5 * delayMs, perMessage: false },
      }),
    },
    ...(maxMessages !== undefined && { maxMessages }),
  };
}
