/**
 * libp2p's gossipsub (https://github.com/libp2p/js-libp2p), a process a node, from a folder that has its packages: they
 * are no dependency of this project. A node opens connections to some others, drawn at random, and gossipsub makes its mesh of them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monotonicMs } from '../src/cluster/channel.ts';
import { sample, type Random } from '../src/core/index.ts';
import { freePort } from '../test/free-port.ts';
import { Children, type Command } from './children.ts';
import type { Contender, Entrant, Happening, Payload, Taken } from './contender.ts';
import type { Figures } from './figures.ts';

const NODE_TEXT = readFileSync(new URL('libp2p-node.mjs', import.meta.url), 'utf8');

/** With those that others open, twelve each: what gossipsub's mesh wants at most. */
const DIALS = 6;
/** At a time, or those who wait for a processor give up. */
const DIALERS = 4;
const PACKAGES = [
  'libp2p',
  '@libp2p/gossipsub',
  '@libp2p/identify',
  '@libp2p/plaintext',
  '@libp2p/tcp',
  '@chainsafe/libp2p-noise',
  '@chainsafe/libp2p-yamux',
  '@multiformats/multiaddr',
];

type Security = 'secure' | 'plain';

/** @param how with the library's defaults (noise, signed messages), or neither encrypted nor signed */
export function libp2p(folder: string | undefined, how: Security): Entrant {
  return {
    phases: ['spread', 'burst', 'killHalf'],
    notes: [
      `${versionsIn(folder)}; ${how === 'secure' ? 'noise and signed messages, its defaults' : 'no encryption, no signatures'}`,
      'it spreads no membership: nobody knows all, and of deaths only neighbours; its view are its connections',
    ],
    missing: () => {
      if (folder === undefined) return 'no --libp2p FOLDER that has its packages (docs/cluster.md says which)';
      const lacking = PACKAGES.filter((name) => !existsSync(join(folder, 'node_modules', name)));
      return lacking.length === 0 ? undefined : `${folder} lacks ${lacking.join(', ')}`;
    },
    create: async (nodes, random) =>
      new Libp2pNetwork(nodes, await freePort(nodes), random, { folder: folder ?? '', how }),
  };
}

function versionsIn(folder: string | undefined): string {
  const versions = ['libp2p', '@libp2p/gossipsub'].map((name) => {
    const path = join(folder ?? '', 'node_modules', name, 'package.json');
    return existsSync(path)
      ? `${name} ${(JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version}`
      : name;
  });
  return versions.join(', ');
}

interface Told {
  readonly received: readonly [book: string, time: number][];
  readonly peers: readonly [type: 'peerUp' | 'peerDown', peer: string, time: number][];
  readonly copies: number;
}

class Libp2pNetwork implements Contender {
  readonly names: readonly string[];
  private readonly children = new Children();
  readonly failure = this.children.failure;
  /** By libp2p's own name. */
  private readonly nameOf = new Map<string, string>();
  private published: Happening[] = [];

  constructor(
    nodes: number,
    private readonly basePort: number,
    private readonly random: Random,
    private readonly options: { readonly folder: string; readonly how: Security },
  ) {
    this.names = Array.from({ length: nodes }, (_, node) => `n${node}`);
  }

  get now(): number {
    return monotonicMs();
  }

  async join(): Promise<Figures> {
    const began = this.now;
    const commands = this.names.map((_, node) => this.commandOf(node));
    const words = await this.children.startTalking<{ name: string; address: string }>(commands, this.options.folder);
    const listeningMs = this.now - began;
    for (const [node, { name }] of words.entries()) this.nameOf.set(name, this.names[node] as string);
    const addresses = words.map(({ address }) => address);
    for (let node = 0; node < addresses.length; node += DIALERS) {
      await Promise.all(addresses.slice(node, node + DIALERS).map((_, i) => this.dial(node + i, addresses)));
    }
    return { listeningMs };
  }

  pidOf(node: number): number | undefined {
    return this.children.pidOf(node);
  }

  async publish(node: number, payload: Payload): Promise<void> {
    const uuid = JSON.stringify(payload);
    const { time } = await this.children.ask<{ time: number }>(node, { publish: uuid });
    this.published.push({ type: 'published', time, node: this.names[node] as string, uuid });
  }

  async take(): Promise<Taken> {
    const told = await this.children.askAll<Told>({});
    const published = this.published;
    this.published = [];
    const happenings = told.flatMap(([number, { received, peers }]) => {
      const node = this.names[number] as string;
      const applied = received.map(([uuid, time]) => ({ type: 'applied', time, node, uuid }) as const);
      const changes = peers.map(([type, peer, time]) => ({ type, time, node, peer: this.nameOf.get(peer) ?? peer }));
      return [...applied, ...changes];
    });
    const copies = told.reduce((sum, [, { copies }]) => sum + copies, 0);
    return { happenings: [...published, ...happenings], copies };
  }

  kill(node: number): void {
    this.children.kill(node);
  }

  stop(): Promise<void> {
    return this.children.stop();
  }

  /** Its text, since a module finds packages beside itself: one without a file finds them where it is run. */
  private commandOf(node: number): Command {
    const args = ['--no-warnings', '--input-type=module', '--eval', NODE_TEXT, '--'];
    return [process.execPath, ...args, String(this.basePort + node), this.options.how];
  }

  private async dial(node: number, addresses: readonly string[]): Promise<void> {
    const others = addresses.filter((_, other) => other !== node);
    const question = { dial: sample(this.random, others, DIALS) };
    const { failed } = await this.children.ask<{ failed: number }>(node, question);
    if (failed === Math.min(DIALS, others.length)) throw new Error(`libp2p: node ${node} reached nobody`);
  }
}
