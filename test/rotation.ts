/** The key of a network of processes is changed while they tell news, and one of them stands still meanwhile. */
import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { eventually } from './support.ts';
import { gossip, startNode, temporaryDirectory, type RealNode } from './processes/real-network.ts';

const UPDATE_EVERY_MS = 250;

interface KeyStatus {
  readonly nodes: readonly { readonly address: string; readonly status: string; readonly keys?: readonly string[] }[];
  readonly keys: readonly { readonly id: string; readonly mayUse: boolean; readonly mayRemove: boolean }[];
}

/** `gossip keys …`, which must do what it is told. @returns what it printed */
export async function keys(...args: readonly (string | number)[]): Promise<string> {
  const { code, stdout, stderr } = await gossip('keys', ...args).ended;
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

export async function idsIn(keyring: string): Promise<readonly string[]> {
  return (JSON.parse(await keys('list', keyring, '--json')) as { keys: string[] }).keys;
}

/** Each node has a file of its own, as on machines of their own. */
class Network {
  readonly nodes: RealNode[] = [];
  private readonly folder = temporaryDirectory();
  readonly keyring = join(this.folder, 'keys.json');

  async start(count: number): Promise<void> {
    await keys('new', this.keyring);
    this.nodes.push(await this.startOne(0));
    const [seed] = this.nodes as [RealNode];
    const others = Array.from({ length: count - 1 }, (_, i) => this.startOne(i + 1, '-b', seed.port));
    this.nodes.push(...(await Promise.all(others)));
  }

  async startOne(index: number, ...args: readonly (string | number)[]): Promise<RealNode> {
    this.copyTo(index);
    return startNode('--keyring', this.fileOf(index), ...args);
  }

  /** One node after the other is given the keyring as it is now. */
  async handOut(): Promise<void> {
    for (const index of this.nodes.keys()) {
      this.copyTo(index);
      await sleep(20);
    }
  }

  async status(): Promise<KeyStatus> {
    return JSON.parse(await keys('status', this.nodes[0]!.port, '--keyring', this.keyring, '--json')) as KeyStatus;
  }

  private fileOf(index: number): string {
    return join(this.folder, `keys-${index}.json`);
  }

  private copyTo(index: number): void {
    copyFileSync(this.keyring, `${this.fileOf(index)}.new`);
    renameSync(`${this.fileOf(index)}.new`, this.fileOf(index));
  }
}

/** News of all nodes but one, steadily. @returns how to end it; it tells who likes what in the end */
function tellNews(nodes: readonly RealNode[]): () => Promise<ReadonlyMap<string, string>> {
  const latest = new Map<string, string>();
  let isOver = false;
  const telling = (async () => {
    for (let i = 0; !isOver; i++, await sleep(UPDATE_EVERY_MS)) {
      const node = nodes[i % nodes.length] as RealNode;
      await node.setFavorite(`News ${i}`);
      latest.set(node.address, `News ${i}`);
    }
  })();
  return async () => {
    isOver = true;
    await telling;
    return latest;
  };
}

async function allHold(nodes: readonly RealNode[], latest: ReadonlyMap<string, string>): Promise<boolean> {
  const states = await Promise.all(nodes.map((node) => node.state()));
  return states.every((state) => {
    const books = new Map(state?.records.map(({ origin, payload, status }) => [origin, [payload.book, status]]));
    return (
      nodes.every(({ address }) => books.get(address)?.[1] === 'alive') &&
      [...latest].every(([o, b]) => books.get(o)?.[0] === b)
    );
  });
}

/** @param awayMs how long one of them stands still: through both of the later steps */
export async function rotateKeys(count: number, awayMs: number): Promise<void> {
  const network = new Network();
  await network.start(count);
  const { nodes, keyring } = network;
  const away = nodes.at(-1) as RealNode;
  const stopTelling = tellNews(nodes.slice(0, -1));
  await eventually('all hold all', () => allHold(nodes, new Map()), 30_000);
  const [old] = await idsIn(keyring);

  await keys('add', keyring);
  const next = (await idsIn(keyring))[1] as string;
  expect((await network.status()).keys.some(({ mayUse }) => mayUse)).toBe(false);
  await network.handOut();
  await eventually(
    'the new key may be used',
    async () => (await network.status()).keys.find(({ id }) => id === next)?.mayUse === true,
    10_000,
  );

  process.kill(away.process.pid, 'SIGSTOP');
  const stoppedAt = Date.now();
  await keys('use', keyring, next);
  await network.handOut();
  const during = await network.status();
  expect(during.keys.filter(({ mayUse, mayRemove }) => mayUse || mayRemove)).toEqual([]);
  await keys('remove', keyring, old ?? '');
  await network.handOut();
  await sleep(Math.max(0, awayMs - (Date.now() - stoppedAt)));
  process.kill(away.process.pid, 'SIGCONT');

  await eventually(
    'all sign with the new key, and hold no other',
    async () => {
      const { nodes: told } = await network.status();
      return told.length === count && told.every(({ keys: held }) => held?.join() === next);
    },
    20_000,
  );
  await away.setFavorite('Back again');
  const latest = await stopTelling();
  await eventually(
    'nothing is lost, and nobody locked out',
    () => allHold(nodes, new Map([...latest, [away.address, 'Back again']])),
    20_000,
  );
  for (const { process: running } of nodes) expect(running.child.exitCode).toBeNull();
}
