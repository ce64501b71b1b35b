/** Serf (https://www.serf.io): SWIM with Lifeguard over UDP, and user events that its gossip carries; one agent a node. */
import { spawnSync } from 'node:child_process';
import { monotonicMs } from '../src/cluster/channel.ts';
import { freePort } from '../test/free-port.ts';
import { Children, type Command } from './children.ts';
import type { Contender, Entrant, Happening, Payload, Taken } from './contender.ts';
import type { Figures } from './figures.ts';
import { pause } from './measured-process.ts';
import { SerfAgent, type AgentEvent } from './serf-agent.ts';

const MAX_WAIT_MS = 120_000;
const EVENT = 'book';

export const serf: Entrant = {
  phases: ['spread', 'burst', 'killTenth', 'killHalf'],
  notes: [
    'its copies are the UDP datagrams above idle: with one update at a time, each carries it',
    'its events are stamped when they reach the bench; bytes are counted while it tells none',
    'an agent tells its user of members only when 1 s, at most 3 s, have brought no other change: deaths come by that much later',
    'its view are all members, so that no view holds the dead when every survivor knows of every death',
  ],
  missing: () =>
    spawnSync('serf', ['version']).error === undefined
      ? undefined
      : 'there is no `serf` on the PATH (Debian: apt-get install serf)',
  create: async (nodes) => new SerfNetwork(nodes, await freePort(2 * nodes)),
};

class SerfNetwork implements Contender {
  readonly names: readonly string[];
  readonly countsDatagrams = true;
  private readonly children = new Children();
  readonly failure = this.children.failure;
  private agents: readonly SerfAgent[] = [];
  private happenings: Happening[] = [];

  constructor(
    nodes: number,
    private readonly basePort: number,
  ) {
    this.names = Array.from({ length: nodes }, (_, node) => `n${node}`);
  }

  get now(): number {
    return monotonicMs();
  }

  async join(): Promise<Figures> {
    const began = this.now;
    this.children.startSilent(this.names.map((name, node) => this.commandOf(name, node)));
    this.agents = await Promise.all(
      this.names.map((name, node) => SerfAgent.connect(this.rpcPortOf(node), (event) => this.observe(name, event))),
    );
    const listeningMs = this.now - began;
    await this.untilAllKnowAll(began + MAX_WAIT_MS);
    const joinedMs = this.now - began;
    for (const node of this.names) {
      for (const peer of this.names) this.happenings.push({ type: 'peerUp', time: this.now, node, peer });
    }
    await this.watch(true);
    return { listeningMs, joinedMs };
  }

  pidOf(node: number): number | undefined {
    return this.children.pidOf(node);
  }

  async publish(node: number, payload: Payload): Promise<void> {
    const uuid = JSON.stringify(payload);
    this.happenings.push({ type: 'published', time: this.now, node: this.names[node] as string, uuid });
    await this.agents[node]?.fire(EVENT, uuid);
  }

  take(): Promise<Taken> {
    const { happenings } = this;
    this.happenings = [];
    return Promise.resolve({ happenings });
  }

  kill(node: number): void {
    this.children.kill(node);
    this.agents[node]?.close();
  }

  async watch(isOn: boolean): Promise<void> {
    await Promise.all(this.agents.map((agent) => agent.watch(isOn)));
  }

  async stop(): Promise<void> {
    for (const agent of this.agents) agent.close();
    await this.children.stop();
  }

  /** An agent does not notice that its parent is gone: `setpriv` has the kernel end it then, and becomes the agent. */
  private commandOf(name: string, node: number): Command {
    const first = `127.0.0.1:${this.basePort}`;
    const bind = `127.0.0.1:${this.basePort + node}`;
    const rpc = `127.0.0.1:${this.rpcPortOf(node)}`;
    const join = node === 0 ? [] : ['-retry-join', first, '-retry-interval', '1s'];
    const agent = ['serf', 'agent', '-node', name, '-bind', bind, '-rpc-addr', rpc, '-log-level', 'err', ...join];
    return ['setpriv', '--pdeathsig', 'KILL', ...agent];
  }

  private rpcPortOf(node: number): number {
    return this.basePort + this.names.length + node;
  }

  /** One after the other, so that asking does not keep them from joining. */
  private async untilAllKnowAll(deadline: number): Promise<void> {
    for (const agent of this.agents) {
      while (!(await this.knowsAll(agent))) {
        if (this.now > deadline) throw new Error(`all know all: waited ${MAX_WAIT_MS} ms in vain`);
        await pause(100);
      }
    }
  }

  private async knowsAll(agent: SerfAgent): Promise<boolean> {
    const members = await agent.members();
    return members.filter(({ Status }) => Status === 'alive').length === this.names.length;
  }

  private observe(node: string, event: AgentEvent): void {
    const time = this.now;
    if (event.Event === 'user') {
      this.happenings.push({ type: 'applied', time, node, uuid: Buffer.from(event.Payload).toString() });
    } else if (event.Event === 'member-join') {
      for (const { Name: peer } of event.Members) this.happenings.push({ type: 'peerUp', time, node, peer });
    } else if (event.Event === 'member-failed') {
      for (const { Name: peer } of event.Members) {
        this.happenings.push({ type: 'peerDown', time, node, peer });
        this.happenings.push({ type: 'status', time, node, status: 'down', origin: peer });
      }
    }
  }
}
