/** The columns of a node's table, and how its rows look. */
import { ageText } from '../text/spans.ts';
import type { Address, Millis, RecordSnapshot, Status } from '../trace/views.ts';
import { favoriteText } from '../trace/favorite-text.ts';
import { freshnessOf, type Freshness } from './freshness.ts';
import { sanitize } from '../trace/sanitize.ts';
import { shortAddress } from './short-address.ts';
import type { Style } from './styled-line.ts';
import type { Column } from './table-lines.ts';

export interface RecordContext {
  readonly self: Address;
  /** The host that is left out of addresses; empty to show them whole. */
  readonly homeHost: string;
  readonly now: Millis;
}

/** Beside the word and the colour, so that a status can be told without either. */
export const STATUS_MARKS: Readonly<Record<Status, string>> = { alive: ' ', suspect: '?', down: '×', left: '‹' };
export const SELF_MARK = '▸';

const FADING: Readonly<Record<Freshness, Style>> = {
  new: { bold: true, color: 'green' },
  recent: { color: 'green' },
  settled: {},
  old: { dim: true },
};

export function recordColumns({ self, homeHost, now }: RecordContext): Column<RecordSnapshot>[] {
  const isSelf = ({ origin }: RecordSnapshot): boolean => origin === self;
  return [
    {
      title: '  NODE',
      text: (record) =>
        `${isSelf(record) ? SELF_MARK : STATUS_MARKS[record.status]} ${shortAddress(record.origin, homeHost)}`,
      style: (record) => (isSelf(record) ? { bold: true, color: 'cyan' } : undefined),
      maxWidth: 26,
    },
    { title: 'FAVOURITE', text: recordText, minWidth: 12, growsTo: 64 },
    { title: 'VER', text: ({ version }) => String(version), alignRight: true, minWidth: 4, maxWidth: 8, keep: 4 },
    { title: 'AGE', text: ({ receivedAt }) => ageText(now - receivedAt), alignRight: true, minWidth: 6, keep: 5 },
    { title: 'HOPS', text: ({ hops }) => String(hops), alignRight: true, keep: 1 },
    {
      title: 'VIA',
      text: (record) => (isSelf(record) ? 'self' : shortAddress(record.via, homeHost)),
      cutStart: true,
      minWidth: 5,
      keep: 2,
    },
    { title: 'STATUS', text: ({ status }) => status, minWidth: 7, keep: 3 },
  ];
}

/** A record with a key is not its origin's favourite but something else it tells. */
function recordText({ key, payload }: RecordSnapshot): string {
  return key === undefined ? favoriteText(payload) : `${sanitize(key)}: ${favoriteText(payload)}`;
}

export function recordStyle({ status, receivedAt }: RecordSnapshot, now: Millis): Style {
  if (status === 'suspect') return { color: 'yellow' };
  if (status !== 'alive') return { color: 'gray' };
  return FADING[freshnessOf(now - receivedAt)];
}
