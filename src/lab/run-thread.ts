import { Worker } from 'node:worker_threads';
import type { RunOutcome, RunTask } from './run-once.ts';

/** A run that threw, or whose thread died. */
export class RunFailure extends Error {}

/** A module whose default export a thread calls with each task, and what Node is to be told to load it. */
export interface WorkerFile {
  readonly filename: string;
  readonly execArgv?: string[];
}

type Answer = 'loaded' | { readonly outcome: RunOutcome } | { readonly failure: string };

/** What a thread does. As text, so that it is there in the bundle and beside the sources alike. */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
import(workerData).then(({ default: run }) => {
  parentPort.on('message', async (task) => {
    try {
      parentPort.postMessage({ outcome: await run(task) });
    } catch (error) {
      parentPort.postMessage({ failure: error instanceof Error ? error.message : String(error) });
    }
  });
  parentPort.postMessage('loaded');
});`;

/** One thread, for one run at a time. */
export class RunThread {
  private readonly worker: Worker;
  /** Of the run under way. */
  private resolve: ((outcome: RunOutcome | RunFailure) => void) | undefined;
  isAlive = true;
  /** If it dies before, that is no run's fault: no other thread would start either. */
  hasLoaded = false;

  constructor({ filename, ...options }: WorkerFile) {
    this.worker = new Worker(THREAD, { eval: true, workerData: filename, ...options });
    this.worker.on('message', (answer: Answer) => {
      if (answer === 'loaded') this.hasLoaded = true;
      else this.settle('failure' in answer ? new RunFailure(answer.failure) : answer.outcome);
    });
    this.worker.on('error', (error: unknown) => this.die(error instanceof Error ? error.message : String(error)));
    this.worker.on('exit', (code) => this.die(`its thread ended with code ${code}`));
  }

  get isBusy(): boolean {
    return this.resolve !== undefined;
  }

  /** @returns a failure where the run throws, or the thread dies meanwhile */
  run(task: RunTask): Promise<RunOutcome | RunFailure> {
    return new Promise((resolve) => {
      this.resolve = resolve;
      this.worker.postMessage(task);
    });
  }

  /** At once: a run under way fails. */
  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private settle(outcome: RunOutcome | RunFailure): void {
    this.resolve?.(outcome);
    this.resolve = undefined;
  }

  private die(reason: string): void {
    this.isAlive = false;
    this.settle(new RunFailure(reason));
  }
}
