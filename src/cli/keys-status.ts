/** `gossip keys status ADDRESS`: asks each node of a network which keys it holds, and says which step of a rotation is safe. */
import { isAddress, type Address } from '../core/index.ts';
import { AllowedNetworks } from '../http/allowed-networks.ts';
import { HttpClient } from '../http/http-client.ts';
import { KeyringGuard } from '../http/keyring-guard.ts';
import { PLAIN } from '../http/wire.ts';
import { escapeControls } from '../trace/escape-controls.ts';
import { withKeyring } from './keys-command.ts';
import type { KeysStatusOptions } from './keys-options.ts';
import { endWithOutput } from './output.ts';
import { openTls } from './tls-options.ts';

/** Of a network of 100,000 members; more are not shown. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** Asked at one time. A guess. */
const AT_ONCE = 16;

/** Its user has named the network. */
const ANYWHERE = new AllowedNetworks(['0.0.0.0/0', '::/0'], { host: '127.0.0.1' });

interface Held {
  readonly address: Address;
  readonly status: string;
  /** The signing one first. */
  readonly keys?: readonly string[];
  /** Why it has not told. */
  readonly error?: string;
}

export interface KeyStep {
  readonly id: string;
  /** How many nodes sign with it, and how many hold it. */
  readonly signs: number;
  readonly held: number;
  readonly mayUse: boolean;
  readonly mayRemove: boolean;
}

export function showKeysStatus(address: Address, options: KeysStatusOptions): Promise<void> {
  const { keyring, json } = options;
  return withKeyring(async () => {
    endWithOutput();
    // It asks and is never asked.
    const tls = await openTls(options);
    const guard = new KeyringGuard(keyring, { self: () => address, isEncrypted: tls !== undefined });
    const client = new HttpClient(ANYWHERE, MAX_ANSWER_BYTES, () => undefined, tls ?? PLAIN, guard);
    try {
      const first = await ask(client, address);
      const others = first.members.filter((member) => member.address !== first.self && member.status !== 'left');
      const itself: Held = { address: first.self, status: 'alive', keys: first.keys };
      const nodes = [itself, ...(await askAll(client, others))].sort((a, b) => (a.address < b.address ? -1 : 1));
      const steps = stepsOf(nodes);
      const text = json ? JSON.stringify({ nodes, keys: steps }) : linesOf(nodes, steps).join('\n');
      process.stdout.write(`${escapeControls(text)}\n`);
    } catch (error) {
      throw new Error(`${address}: ${wordsOf(error)}`, { cause: error });
    } finally {
      client.destroy();
      tls?.close();
    }
  });
}

/** What is safe is so only where every node has told: one that is away may come back with the keyring it had. */
export function stepsOf(nodes: readonly Pick<Held, 'keys'>[]): readonly KeyStep[] {
  const ids = [...new Set(nodes.flatMap(({ keys = [] }) => keys))];
  const haveAllTold = nodes.every(({ keys }) => keys !== undefined);
  return ids.map((id) => {
    const signs = nodes.filter(({ keys }) => keys?.[0] === id).length;
    const held = nodes.filter(({ keys }) => keys?.includes(id)).length;
    const mayUse = haveAllTold && held === nodes.length && signs < nodes.length;
    return { id, signs, held, mayUse, mayRemove: haveAllTold && signs === 0 };
  });
}

function linesOf(nodes: readonly Held[], steps: readonly KeyStep[]): string[] {
  const width = Math.max(...nodes.map(({ address }) => address.length));
  const table = nodes.map(({ address, status, keys, error }) => {
    const [signing, ...accepted] = keys ?? [];
    const told =
      signing === undefined ? `? ${error}` : `signs with ${signing}${accepted.map((id) => `, accepts ${id}`).join('')}`;
    return `${address.padEnd(width)}  ${status.padEnd(7)}  ${told}`;
  });
  const away = nodes.filter(({ keys }) => keys === undefined).map(({ address }) => address);
  const warning =
    away.length === 0
      ? []
      : [
          `No step is safe yet: ${away.length} of ${nodes.length} nodes have not told (${away.slice(0, 5).join(', ')}${away.length > 5 ? ', …' : ''}).`,
          'One that comes back needs the new keyring before it starts; one that is gone for good does not matter.',
        ];
  return [...table, '', ...steps.map((step) => lineOf(step, nodes.length)), ...warning];
}

function lineOf({ id, signs, held, mayUse, mayRemove }: KeyStep, of: number): string {
  const may = [
    ...(mayUse ? [`gossip keys use FILE ${id}`] : []),
    ...(mayRemove ? [`gossip keys remove FILE ${id}`] : []),
  ];
  const safe = may.length === 0 ? '' : `; safe now: ${may.join(', or ')}`;
  return `key ${id}: signs at ${signs} of ${of} nodes, held by ${held}${safe}`;
}

async function askAll(client: HttpClient, members: readonly Held[]): Promise<Held[]> {
  const told: Held[] = [];
  const waiting = [...members];
  const askInTurn = async (): Promise<void> => {
    for (let member = waiting.shift(); member !== undefined; member = waiting.shift()) {
      const { address, status } = member;
      told.push(
        await ask(client, address).then(
          ({ keys }) => ({ address, status, keys }),
          (error: unknown) => ({ address, status, error: wordsOf(error) }),
        ),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askInTurn));
  return told;
}

interface KeysAnswer {
  readonly self: Address;
  readonly keys: readonly string[];
  readonly members: readonly Held[];
}

async function ask(client: HttpClient, address: Address): Promise<KeysAnswer> {
  const { status, text } = await client.request(address, 'GET', '/keys/');
  const { self, keys, members } = JSON.parse(text) as { [name in keyof KeysAnswer]?: unknown };
  if (status !== 200 || !isAddress(self) || !Array.isArray(keys) || !Array.isArray(members)) {
    throw new Error(`it does not tell its keys (HTTP ${status})`);
  }
  return { self, keys: keys.map(String), members: members.filter(isMember) };
}

function isMember(value: unknown): value is Held {
  const { address, status } = (value ?? {}) as { address?: unknown; status?: unknown };
  return isAddress(address) && typeof status === 'string';
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'its name is not known',
  'took too long': 'it does not answer',
};

function wordsOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return WORDS[code] ?? WORDS[message] ?? message;
}
