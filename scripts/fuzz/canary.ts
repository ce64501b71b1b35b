/** The nodes that mean well: they go on saying what they like while their neighbour is attacked, and look at what the others hold. */
import type { Address } from '../../src/core/index.ts';
import { FORGED_BOOK, MAX_FORGED_VERSION } from './messages.ts';
import { SMUGGLED_BOOK } from './raw-requests.ts';
import { REBOUND_BOOK } from './requests.ts';

interface Held {
  readonly origin: Address;
  readonly key?: string;
  readonly version: number;
  readonly uuid: string;
  readonly payload?: unknown;
  readonly deleted?: boolean;
  readonly status: string;
}

export interface State {
  readonly self: Address;
  readonly version: number;
  readonly records: readonly Held[];
}

const FORBIDDEN: readonly unknown[] = [FORGED_BOOK, SMUGGLED_BOOK, REBOUND_BOOK];

export class Canary {
  /** How many books each has chosen. */
  private readonly chosen = new Map<Address, number>();
  /** The last book of each that each was seen to hold. */
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly target: Address,
    private readonly honest: readonly Address[],
  ) {}

  private get nodes(): readonly Address[] {
    return [this.target, ...this.honest];
  }

  /** Higher than any version that is forged. */
  async begin(): Promise<void> {
    for (let i = 0; i <= MAX_FORGED_VERSION; i++) {
      for (const address of this.honest) await this.choose(address);
      await put(this.target, `The target's own ${i}`);
    }
  }

  async choose(address: Address): Promise<void> {
    const count = (this.chosen.get(address) ?? 0) + 1;
    this.chosen.set(address, count);
    await put(address, bookOf(address, count));
  }

  async chooseAll(): Promise<void> {
    for (const address of this.honest) await this.choose(address);
  }

  /** Looks once at what each holds. @returns what nobody who means well has said */
  async look(): Promise<string | undefined> {
    const states = await Promise.all(this.nodes.map(stateOf));
    for (const state of states) {
      for (const record of state.records) {
        const complaint = this.complaintOf(state.self, record);
        if (complaint !== undefined) return complaint;
      }
    }
    return undefined;
  }

  private complaintOf(holder: Address, { origin, key, payload, deleted, version }: Held): string | undefined {
    if (!this.nodes.includes(origin)) return undefined;
    const held = `${holder} holds of ${origin}, at version ${version}`;
    if (key !== undefined) return `${held}, a record ${JSON.stringify(key)}: it never had one`;
    if (deleted === true) return `${held}, that it is deleted`;
    const book = (payload as { book?: unknown } | null)?.book;
    if (FORBIDDEN.includes(book)) return `${held}: ${String(book)}`;
    if (origin === this.target) return undefined;
    const number = numberOf(origin, book);
    if (number === undefined || number > (this.chosen.get(origin) ?? 0)) return `${held}: ${JSON.stringify(payload)}`;
    const name = `${holder} of ${origin}`;
    const before = this.seen.get(name) ?? 0;
    if (number < before) return `${held}: book ${number}, and held book ${before} before`;
    this.seen.set(name, number);
    return undefined;
  }

  /** Do all hold what each said last, and take each other for alive? @returns what is missing */
  async disagreement(): Promise<string | undefined> {
    const states = await Promise.all(this.nodes.map(stateOf));
    for (const origin of this.nodes) {
      const own = states.find(({ self }) => self === origin)?.records.find((record) => isFavourite(record, origin));
      for (const { self, records } of states) {
        const held = records.find((record) => isFavourite(record, origin));
        if (held?.uuid !== own?.uuid) return `${self} holds version ${held?.version} of ${origin}, not ${own?.version}`;
        if (self !== origin && held?.status !== 'alive') return `${self} says that ${origin} is ${held?.status}`;
      }
    }
    return undefined;
  }

  async recordsOfTarget(): Promise<number> {
    return (await stateOf(this.target)).records.length;
  }
}

function isFavourite({ origin, key }: Held, of: Address): boolean {
  return origin === of && key === undefined;
}

function bookOf(address: Address, count: number): string {
  return `Book ${count} of ${address}`;
}

function numberOf(address: Address, book: unknown): number | undefined {
  const match = /^Book (\d+) of (.*)$/.exec(String(book));
  return match?.[2] === address ? Number(match[1]) : undefined;
}

async function put(address: Address, book: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`http://${address}/favorite/`, { method: 'PUT', headers, body: JSON.stringify({ book }) });
  if (!answer.ok) throw new Error(`${address} takes no favourite: ${await answer.text()}`);
  await answer.arrayBuffer();
}

async function stateOf(address: Address): Promise<State> {
  return (await (await fetch(`http://${address}/state/`)).json()) as State;
}
