/** Nodes and updates of a trace by the short names that people give them. */
import { parseAddress, type Address } from '../core/index.ts';
import type { UpdateEntry } from '../trace/update-index.ts';
import { hostOf } from '../terminal/short-address.ts';
import { sanitize } from '../trace/sanitize.ts';
import { UsageError } from './usage-error.ts';

const SHOWN = 4;

/** n2 before n10, 7002 before 10001. */
export const BY_NUMBER = new Intl.Collator('en', { numeric: true });

export class NodeNames {
  private readonly hosts: ReadonlySet<string>;
  private readonly ports: ReadonlySet<string>;

  constructor(private readonly addresses: Iterable<Address>) {
    this.hosts = new Set([...addresses].map(hostOf));
    this.ports = new Set([...addresses].map(portOf));
  }

  /** Without what all have in common: `7001` of one host, `n3` of one port. */
  shortOf(address: Address): string {
    if (this.hosts.has(hostOf(address)) && this.hosts.size === 1) return portOf(address);
    return sanitize(this.ports.has(portOf(address)) && this.ports.size === 1 ? hostOf(address) : address);
  }

  /** @throws {UsageError} names that are like it */
  find(text: string): Address {
    const all = [...this.addresses].sort(BY_NUMBER.compare);
    const wanted = addressOf(text);
    const found = all.find((address) => address === wanted) ?? only(all.filter((a) => this.shortOf(a) === text));
    if (found !== undefined) return found;
    const like = all.filter((address) => address.includes(text));
    const names = (like.length > 0 ? like : all).map((address) => this.shortOf(address));
    throw new UsageError(`no node ${text} in this trace: there ${listed(names, 'is', 'are')}`);
  }
}

/**
 * By uuid or a part of it, by number (`#3`, `3`), or by origin and version (`7001/3`).
 *
 * @throws {UsageError} what there is, if none or several fit
 */
export function findUpdate(text: string, updates: readonly UpdateEntry[], names: NodeNames): UpdateEntry {
  const fitting = fittingUpdates(text, updates, names);
  const [found] = fitting;
  if (found !== undefined && fitting.length === 1) return found;
  if (updates.length === 0) throw new UsageError('this trace tells of no update');
  const offered = (fitting.length > 0 ? fitting : updates.toReversed()).map(
    ({ number, origin, version }) => `#${number} (${names.shortOf(origin)}/${version})`,
  );
  const problem = fitting.length > 0 ? `${fitting.length} updates fit ${text}` : `no update is called ${text}`;
  throw new UsageError(`${problem}: there ${listed(offered, 'is', 'are')}`);
}

function fittingUpdates(text: string, updates: readonly UpdateEntry[], names: NodeNames): UpdateEntry[] {
  const [, origin, version] = /^(.+)\/(\d+)$/.exec(text) ?? [];
  if (origin !== undefined) {
    const address = names.find(origin);
    return updates.filter((update) => update.origin === address && update.version === Number(version));
  }
  if (/^#?\d{1,6}$/.test(text)) {
    const byNumber = updates.filter(({ number }) => number === Number(text.replace('#', '')));
    if (byNumber.length > 0) return byNumber;
  }
  const part = text.toLowerCase();
  const starting = updates.filter(({ uuid }) => uuid.startsWith(part));
  return starting.length > 0 ? starting : updates.filter(({ uuid }) => part.length >= 4 && uuid.endsWith(part));
}

function addressOf(text: string): Address | undefined {
  try {
    return parseAddress(text);
  } catch {
    return undefined;
  }
}

function portOf(address: Address): string {
  return address.slice(address.lastIndexOf(':') + 1);
}

function only<Item>(items: readonly Item[]): Item | undefined {
  return items.length === 1 ? items[0] : undefined;
}

function listed(names: readonly string[], one: string, many: string): string {
  const shown = names.slice(0, SHOWN).join(', ');
  const rest = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `${names.length === 1 ? one : many} ${shown}${rest}`;
}
