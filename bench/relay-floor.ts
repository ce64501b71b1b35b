/**
 * The floors of spreading: bare node:http processes hand one update down a perfect tree, N - 1 messages and no protocol. One
 * sends each update as a request, the other as a line of a stream that stays open.
 */
import { monotonicMs } from '../src/cluster/channel.ts';
import type { Address } from '../src/trace/views.ts';
import { freePort } from '../test/free-port.ts';
import { Children } from './children.ts';
import type { Contender, Entrant, Happening, Payload, Taken } from './contender.ts';
import type { Figures } from './figures.ts';

const FANOUT = 4;

type Mode = 'post' | 'stream';

export const floor = floorOf('post');
export const streamFloor = floorOf('stream');

function floorOf(mode: Mode): Entrant {
  return {
    phases: ['spread'],
    notes: [
      'there is no protocol: nobody joins, nobody is told of deaths, and only one node publishes, over sockets that are open',
    ],
    create: async (nodes, random) => new RelayFloor(mode, nodes, await freePort(nodes), random.below(nodes)),
  };
}

class RelayFloor implements Contender {
  readonly names: readonly Address[];
  private readonly children = new Children();
  readonly failure = this.children.failure;
  private published: Happening[] = [];

  constructor(
    private readonly mode: Mode,
    nodes: number,
    private readonly basePort: number,
    readonly publisher: number,
  ) {
    this.names = Array.from({ length: nodes }, (_, node) => `127.0.0.1:${basePort + node}`);
  }

  get now(): number {
    return monotonicMs();
  }

  async join(): Promise<Figures> {
    const began = this.now;
    const args = [this.names.length, FANOUT, this.basePort].map(String);
    await this.children.startTalking(
      this.names.map((_, node) => [process.execPath, 'bench/relay-node.cjs', this.mode, String(node), ...args]),
    );
    return { listeningMs: this.now - began };
  }

  pidOf(node: number): number | undefined {
    return this.children.pidOf(node);
  }

  async publish(node: number, payload: Payload): Promise<void> {
    const { time } = await this.children.ask<{ time: number }>(node, { publish: { root: node, payload } });
    this.published.push({ type: 'published', time, node: this.names[node] as Address, uuid: payload.book });
  }

  async take(): Promise<Taken> {
    const published = this.published;
    this.published = [];
    const answers = await this.children.askAll<{ received: [book: string, time: number][] }>({});
    const applied = answers.flatMap(([node, { received }]) =>
      received.map(([uuid, time]) => ({ type: 'applied', time, node: this.names[node] as Address, uuid }) as const),
    );
    return { happenings: [...published, ...applied], copies: applied.length };
  }

  kill(node: number): void {
    this.children.kill(node);
  }

  stop(): Promise<void> {
    return this.children.stop();
  }
}
