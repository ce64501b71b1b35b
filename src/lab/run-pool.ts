/** Runs on all cores: one thread each, kept for the next run. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Tinypool from 'tinypool';
import type { RunOutcome, RunTask } from './run-once.ts';

export const CORES = availableParallelism();

/** A run that threw, or whose thread died. */
export class RunFailure extends Error {}

/** A module, and what Node is to be told to load it. */
export interface WorkerFile {
  readonly filename: string;
  readonly execArgv?: string[];
}

export class RunPool {
  private readonly pool: Tinypool;
  private readonly watched = new WeakSet<object>();
  private broken: RunFailure | undefined;
  private isDestroyed = false;

  /**
   * @param jobs runs at one time
   * @param worker whose default export a thread calls with each task
   */
  constructor(
    private readonly jobs: number = CORES,
    worker: WorkerFile = runWorker(),
  ) {
    this.pool = new Tinypool({ ...worker, minThreads: jobs, maxThreads: jobs });
    // A thread that cannot even start fails no task of its own, and would leave all waiting.
    this.pool.on('error', (error) => {
      this.broken = new RunFailure(messageOf(error));
      void this.destroy();
    });
  }

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
    const thread = async (): Promise<void> => {
      while (!this.isDestroyed) {
        const next = queue.next();
        if (next.done === true) return;
        const outcome = await this.one(taskOf(next.value));
        if (this.isDestroyed) return;
        ended(next.value, outcome);
      }
    };
    await Promise.all(Array.from({ length: this.jobs }, thread));
    if (this.broken !== undefined) throw this.broken;
  }

  /** Ends what is under way. */
  async destroy(): Promise<void> {
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    await this.pool.destroy();
  }

  private async one(task: RunTask): Promise<RunOutcome | RunFailure> {
    try {
      const running = this.pool.run(task);
      this.watchThreads();
      return (await running) as RunOutcome;
    } catch (error) {
      return new RunFailure(messageOf(error));
    }
  }

  /** The pool itself waits forever for a thread that ends without an error. */
  private watchThreads(): void {
    for (const thread of this.pool.threads) {
      if (this.watched.has(thread)) continue;
      this.watched.add(thread);
      let hasFailed = false;
      // The pool waits for a thread's end by `events.once`, which takes its listeners off again. tinypool's threads cannot do that, so
      // one that fails while it is being ended would end this process.
      Object.assign(thread, { removeListener: () => thread });
      thread.once('error', () => (hasFailed = true));
      thread.once('exit', (code: number) => {
        if (!hasFailed && !this.isDestroyed) thread.emit('error', new RunFailure(`its thread ended with code ${code}`));
      });
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Beside the built command, or the source, which needs a loader. */
function runWorker(): WorkerFile {
  const directory = import.meta.dirname;
  const built = join(directory, 'run-worker.mjs');
  if (existsSync(built)) return { filename: pathToFileURL(built).href };
  return { filename: pathToFileURL(join(directory, 'run-worker.ts')).href, execArgv: ['--import', 'jiti/register'] };
}
