/** Processes of a network that is not this project's own: started, asked, killed, and none left behind. */
import { spawn, type ChildProcess } from 'node:child_process';

/** Of processes that are drowning in work, too. */
const ANSWER_MS = 120_000;

export type Command = readonly [string, ...string[]];

export class Children {
  /** Rejects when one ends that was not killed. */
  readonly failure: Promise<never>;
  private fail!: (error: Error) => void;
  private readonly children: ChildProcess[] = [];
  private readonly ended: Promise<void>[] = [];
  private readonly waiting = new Map<number, (answer: unknown) => void>();
  private asked = 0;
  private readonly killAll = (): void => {
    for (const node of this.children.keys()) this.kill(node);
  };

  constructor() {
    this.failure = new Promise((_resolve, reject) => (this.fail = reject));
    this.failure.catch(() => undefined);
    process.once('exit', this.killAll);
  }

  /** Starts those that answer: over a channel, which ends them when this process is gone. Resolves with the first word of each. */
  async startTalking<Word>(commands: readonly Command[], cwd?: string): Promise<Word[]> {
    for (const command of commands) this.spawn(command, true, cwd);
    return Promise.all(commands.map((_, node) => this.answer<Word>(firstWordOf(node))));
  }

  startSilent(commands: readonly Command[]): void {
    for (const command of commands) this.spawn(command, false);
  }

  ask<Answer>(node: number, question: object): Promise<Answer> {
    const id = this.asked++;
    this.children[node]?.send({ ...question, id }, () => undefined);
    return this.answer<Answer>(id);
  }

  /** Those who live, each with what it answers. */
  askAll<Answer>(question: object): Promise<[node: number, answer: Answer][]> {
    const living = [...this.children.keys()].filter((node) => this.children[node]?.killed === false);
    return Promise.all(living.map(async (node) => [node, await this.ask<Answer>(node, question)]));
  }

  pidOf(node: number): number | undefined {
    return this.children[node]?.pid;
  }

  kill(node: number): void {
    this.children[node]?.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    this.killAll();
    await Promise.all(this.ended);
    process.off('exit', this.killAll);
  }

  private spawn([program, ...args]: Command, isTalking: boolean, cwd?: string): void {
    // In a group of its own: Ctrl-C on the terminal is for the bench, which ends all itself.
    const child = spawn(program, args, {
      ...(cwd === undefined ? {} : { cwd }),
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', isTalking ? 'ipc' : 'ignore'],
    });
    const node = this.children.push(child) - 1;
    child.on('message', ({ id, ...answer }: { id?: number }) => this.waiting.get(id ?? firstWordOf(node))?.(answer));
    child.once('error', this.fail);
    child.once('exit', (code, signal) => {
      if (!child.killed) this.fail(new Error(`${program}, number ${node}, ended with ${signal ?? code}`));
    });
    this.ended.push(
      new Promise((resolve) => {
        child.once('error', () => resolve());
        child.once('exit', () => resolve());
      }),
    );
  }

  private answer<Answer>(id: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        reject(new Error(`a process has not answered in ${ANSWER_MS} ms`));
      }, ANSWER_MS);
      this.waiting.set(id, (answer) => {
        clearTimeout(timer);
        this.waiting.delete(id);
        resolve(answer as Answer);
      });
    });
  }
}

/** Questions are numbered from 0; what a process says before it is asked has a number below. */
function firstWordOf(node: number): number {
  return -1 - node;
}
