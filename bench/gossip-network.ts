/** This project's own cluster: its trace says what happened. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority, issue } from '../src/cli/test-authority.ts';
import { Cluster } from '../src/cluster/cluster.ts';
import { Knowledge } from '../src/cluster/knowledge.ts';
import { MEASURED } from '../src/cluster/measure-cluster.ts';
import { createKeyringFile } from '../src/keyring/keyring-file.ts';
import { parseScenario } from '../src/scenario/scenario-file.ts';
import type { RunEvent } from '../src/trace/trace-event.ts';
import { freePort } from '../test/free-port.ts';
import type { Contender, Entrant, Happening, Payload, Taken } from './contender.ts';
import type { Figures } from './figures.ts';
import { pause } from './measured-process.ts';

const MAX_WAIT_MS = 120_000;

export const gossip: Entrant = {
  phases: ['spread', 'burst', 'killTenth', 'killHalf'],
  notes: [],
  create: async (nodes) => new GossipNetwork(nodes, await freePort(nodes)),
};

/** The same, whose nodes share a keyring: what that costs. */
export const gossipWithKeyring: Entrant = {
  ...gossip,
  phases: ['spread'],
  create: async (nodes) => {
    const keyring = join(temporaryFolder(), 'keys.json');
    await createKeyringFile(keyring);
    return new GossipNetwork(nodes, await freePort(nodes), ['--keyring', keyring]);
  },
};

/** The same over mutual TLS. */
export const gossipTls: Entrant = {
  ...gossip,
  create: async (nodes) => {
    const folder = temporaryFolder();
    const authority = await createAuthority(2);
    const { cert, key } = await issue(authority, ['127.0.0.1'], 1);
    const flags = Object.entries({ cert, key, ca: authority.cert }).flatMap(([name, pem]) => {
      const file = join(folder, `${name}.pem`);
      writeFileSync(file, pem, { mode: 0o600 });
      return [`--tls-${name}`, file];
    });
    return new GossipNetwork(nodes, await freePort(nodes), flags);
  },
};

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gossip-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

class GossipNetwork implements Contender {
  private readonly cluster: Cluster;
  private readonly knowledge: Knowledge;
  private events: RunEvent[] = [];

  constructor(nodes: number, basePort: number, flags: readonly string[] = []) {
    const scenario = parseScenario({ nodes, join: { how: 'seed', everyMs: 0 }, network: { delay: 0 } });
    this.cluster = new Cluster(scenario, {
      host: '127.0.0.1',
      basePort,
      command: [process.execPath, 'dist/gossip.cjs', ...flags],
      watch: MEASURED,
      isNetworkReal: true,
      isSeeded: true,
    });
    this.knowledge = new Knowledge(this.cluster.addresses);
    this.cluster.subscribe((event) => {
      this.knowledge.observe(event);
      this.events.push(event);
    });
  }

  get names(): readonly string[] {
    return this.cluster.addresses;
  }

  get now(): number {
    return this.cluster.now;
  }

  get failure(): Promise<never> {
    return this.cluster.failure;
  }

  async join(): Promise<Figures> {
    this.cluster.startAll();
    for (const deadline = this.now + MAX_WAIT_MS; this.knowledge.allKnowAllMs === undefined; await pause(50)) {
      if (this.now > deadline) throw new Error(`all know all: waited ${MAX_WAIT_MS} ms in vain`);
    }
    const { listeningMs = NaN, allKnowAllMs } = this.knowledge;
    return { listeningMs, joinedMs: allKnowAllMs };
  }

  pidOf(node: number): number | undefined {
    return this.cluster.processOf(node)?.pid;
  }

  publish(node: number, payload: Payload): Promise<void> {
    this.cluster.publish(node, { ...payload });
    return Promise.resolve();
  }

  async take(): Promise<Taken> {
    await this.cluster.report();
    const { events } = this;
    this.events = [];
    const happenings = events.filter(isHappening);
    const published = new Set(happenings.flatMap((each) => (each.type === 'published' ? [each.uuid] : [])));
    const copies = events.filter((e) => e.type === 'sent' && e.message === 'rumor' && published.has(e.uuid)).length;
    return { happenings, copies };
  }

  kill(node: number): void {
    this.cluster.kill(node);
  }

  /** Views are needed all along, and at rest hardly change. */
  watch(isOn: boolean): Promise<void> {
    this.cluster.watch(isOn ? MEASURED : { ...MEASURED, kinds: ['peerUp', 'peerDown'] });
    return Promise.resolve();
  }

  async bytesInSockets(): Promise<number> {
    await this.cluster.report();
    return this.cluster.bytesOnTheWire;
  }

  stop(): Promise<void> {
    return this.cluster.stop();
  }
}

/** A status is told as updates are, and is none. */
function isHappening(event: RunEvent): event is RunEvent & Happening {
  switch (event.type) {
    case 'published':
    case 'applied':
      return event.status === undefined;
    default:
      return event.type === 'peerUp' || event.type === 'peerDown' || event.type === 'status';
  }
}
