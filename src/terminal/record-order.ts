/** The orders a table of records can be shown in. */
import type { RecordSnapshot, Status } from '../trace/views.ts';
import { favoriteText } from '../trace/favorite-text.ts';
import { compareAddresses } from './short-address.ts';

export const RECORD_ORDERS = ['node', 'age', 'version', 'favourite', 'hops', 'status'] as const;
export type RecordOrder = (typeof RECORD_ORDERS)[number];

type Comparison = (a: RecordSnapshot, b: RecordSnapshot) => number;

const collator = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });
const CONCERN: Readonly<Record<Status, number>> = { down: 0, suspect: 1, left: 2, alive: 3 };

const comparisons: Readonly<Record<RecordOrder, Comparison>> = {
  node: () => 0,
  /** Newest first. */
  age: (a, b) => b.receivedAt - a.receivedAt,
  version: (a, b) => b.version - a.version,
  favourite: (a, b) => collator.compare(favoriteText(a.payload), favoriteText(b.payload)),
  /** Farthest first. */
  hops: (a, b) => b.hops - a.hops,
  /** Worst first. */
  status: (a, b) => CONCERN[a.status] - CONCERN[b.status],
};

export function nextOrder(order: RecordOrder): RecordOrder {
  return RECORD_ORDERS[(RECORD_ORDERS.indexOf(order) + 1) % RECORD_ORDERS.length]!;
}

export function sortRecords(records: readonly RecordSnapshot[], order: RecordOrder): RecordSnapshot[] {
  const compare = comparisons[order];
  return [...records].sort((a, b) => compare(a, b) || byNode(a, b));
}

/** A favourite, which has no key, comes before the other things its origin tells. */
function byNode(a: RecordSnapshot, b: RecordSnapshot): number {
  const [keyA, keyB] = [a.key ?? '', b.key ?? ''];
  return compareAddresses(a.origin, b.origin) || (keyA < keyB ? -1 : Number(keyA > keyB));
}
