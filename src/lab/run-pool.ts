/** Runs on all cores: one thread each, kept for the next run. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RunOutcome, RunTask } from './run-once.ts';
import { RunThread, type RunFailure, type WorkerFile } from './run-thread.ts';

export const CORES = availableParallelism();

export class RunPool {
  private threads: RunThread[] = [];
  private broken: RunFailure | undefined;
  private isDestroyed = false;

  /** @param jobs runs at one time */
  constructor(
    private readonly jobs: number = CORES,
    private readonly worker: WorkerFile = runWorker(),
  ) {}

  /**
   * Calls `ended` with each run as it ends, in any order, and takes the next task only when a thread is free for it: so
   * tasks may be made as they are needed, or depend on what has ended.
   *
   * @returns when all have ended, or `stop` has resolved: what was under way then is given up, and the pool with it
   * @throws RunFailure when threads cannot be started
   */
  async run<Task>(
    tasks: Iterable<Task>,
    taskOf: (task: Task) => RunTask,
    ended: (task: Task, outcome: RunOutcome | RunFailure) => void,
    stop?: Promise<void>,
  ): Promise<void> {
    const queue = tasks[Symbol.iterator]();
    void stop?.then(() => this.destroy());
    const job = async (): Promise<void> => {
      while (!this.isDestroyed) {
        const next = queue.next();
        if (next.done === true) return;
        const outcome = await this.one(taskOf(next.value));
        if (this.isDestroyed) return;
        ended(next.value, outcome);
      }
    };
    await Promise.all(Array.from({ length: this.jobs }, job));
    if (this.broken !== undefined) throw this.broken;
  }

  /** Ends what is under way. */
  async destroy(): Promise<void> {
    this.isDestroyed = true;
    await Promise.all(this.threads.map((thread) => thread.end()));
  }

  private async one(task: RunTask): Promise<RunOutcome | RunFailure> {
    const thread = this.idleThread();
    const outcome = await thread.run(task);
    if (!thread.hasLoaded && !this.isDestroyed) {
      this.broken = outcome as RunFailure;
      void this.destroy();
    }
    return outcome;
  }

  private idleThread(): RunThread {
    this.threads = this.threads.filter(({ isAlive }) => isAlive);
    const idle = this.threads.find(({ isBusy }) => !isBusy);
    if (idle !== undefined) return idle;
    const thread = new RunThread(this.worker);
    this.threads.push(thread);
    return thread;
  }
}

/** Beside the built command, or the source, which needs a loader. */
function runWorker(): WorkerFile {
  const directory = import.meta.dirname;
  const built = join(directory, 'run-worker.mjs');
  if (existsSync(built)) return { filename: pathToFileURL(built).href };
  return { filename: pathToFileURL(join(directory, 'run-worker.ts')).href, execArgv: ['--import', 'jiti/register'] };
}
