/** What a trace tells, as text: its updates, one update's tree, and its timeline. */
import { countText } from '../text/numbers.ts';
import { momentText, spanText } from '../text/spans.ts';
import { counted } from '../text/words.ts';
import { favoriteText } from '../trace/favorite-text.ts';
import type { Infection } from '../trace/infection-tree.ts';
import { sanitize } from '../trace/sanitize.ts';
import type { UpdateEntry, UpdateIndex } from '../trace/update-index.ts';
import type { Copy, Delivery, Means, DisseminationHistory } from '../trace/dissemination-history.ts';
import type { Address, Millis } from '../trace/views.ts';
import { padEnd, padStart, truncateEnd } from '../terminal/fit-text.ts';
import type { NodeNames } from './trace-names.ts';

const GAP = '  ';
const LEAST_TEXT = 8;
const TIMELINE_ROWS = 16;
const MARKS: { readonly [means in Means]: string } = {
  push: '',
  graft: '(asked for)',
  delta: '(by comparison of tables)',
};

type Column = readonly [head: string, side: 'left' | 'right', cell: (update: UpdateEntry) => string];

export function overviewOf(index: UpdateIndex, last: number, names: NodeNames, width: number): string {
  const { nodes, events, fromMs, untilMs, updates, published } = index;
  const span = events === 0 ? '' : ` from ${momentText(fromMs)} to ${momentText(untilMs)}`;
  const head = `${counted(nodes.size, 'node')}, ${counted(events, 'event')}${span}, ${counted(published, 'update')}`;
  const shown = updates.slice(-last);
  const hidden = published - shown.length;
  const more = hidden === 0 ? [] : [`${GAP}… and ${countText(hidden)} before these: --last ${published}`];
  return [head, '', ...(shown.length === 0 ? [] : tableOf(shown, names, width)), ...more, ''].join('\n');
}

function tableOf(updates: readonly UpdateEntry[], names: NodeNames, width: number): string[] {
  const columns: Column[] = [
    ['#', 'right', ({ number }) => String(number)],
    ['uuid', 'left', ({ uuid }) => `…${uuid.slice(-8)}`],
    ['origin', 'left', ({ origin, version }) => `${names.shortOf(origin)}/${version}`],
    ['published', 'right', ({ publishedAt }) => momentText(publishedAt)],
    ['reached', 'right', ({ reached, awaited }) => `${reached}/${awaited}`],
    ['to all', 'right', (update) => (isComplete(update) ? spanText(update.lastAt - update.publishedAt) : '–')],
    ['copies', 'right', ({ copies }) => String(copies)],
    ['hops', 'right', ({ lastHop }) => String(lastHop)],
    ['slowest', 'left', (update) => slowestOf(update, names)],
  ];
  const cells = [columns.map(([head]) => head), ...updates.map((update) => columns.map(([, , cell]) => cell(update)))];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const left = width - widths.reduce((sum, w) => sum + w + GAP.length, GAP.length);
  const told = ['told', ...updates.map(toldBy)];
  return cells.map((row, line) => {
    const fixed = row.map((cell, i) => (columns[i]?.[1] === 'right' ? padStart : padEnd)(cell, widths[i] ?? 0));
    const text = left < LEAST_TEXT ? '' : GAP + truncateEnd(told[line] ?? '', left);
    return (GAP + fixed.join(GAP) + text).trimEnd();
  });
}

function isComplete({ reached, awaited }: UpdateEntry): boolean {
  return reached === awaited;
}

function slowestOf({ slowest }: UpdateEntry, names: NodeNames): string {
  return slowest === undefined
    ? ''
    : `${spanText(slowest.ms)} ${names.shortOf(slowest.from)}→${names.shortOf(slowest.to)}`;
}

function toldBy({ payload, isRefutation, key }: UpdateEntry): string {
  return `${isRefutation ? '(again) ' : ''}${key === undefined ? '' : `${sanitize(key)}: `}${favoriteText(payload)}`;
}

export interface Told {
  readonly history: DisseminationHistory;
  readonly update: UpdateEntry;
  readonly names: NodeNames;
  readonly atMs: Millis;
  readonly width: number;
}

export function titleOf({ update, names }: Told): string {
  const { number, origin, version, uuid, publishedAt } = update;
  const what = toldBy(update);
  return `#${number}, version ${version} of ${names.shortOf(origin)}${what === '' ? '' : `: ${what}`}\n${uuid}, published at ${momentText(publishedAt)}`;
}

/** One line a node; times and hops first, so that the depth of the tree moves nothing. */
export function treeTextOf(tree: readonly Infection[], told: Told): string {
  const { update, names, width } = told;
  const rows: { ms: string; link: string; hops: string; text: string }[] = [];
  const draw = (infection: Infection, lead: string, branch: string): void => {
    const { delivery, afterParentMs, children } = infection;
    const { node, at, hops, means, via } = delivery;
    const isOrphan = afterParentMs === undefined && via !== node;
    const from = isOrphan ? ` (from ${names.shortOf(via)}, whose own is not in the trace)` : '';
    const ttl = delivery.isTtlOver ? ' (TTL over)' : '';
    const mark = MARKS[means] === '' ? '' : ` ${MARKS[means]}`;
    rows.push({
      ms: delayOf(at - update.publishedAt),
      link: afterParentMs === undefined ? '' : delayOf(afterParentMs),
      hops: String(hops),
      text: `${lead}${branch}${names.shortOf(node)}${mark}${ttl}${from}${pastOf(delivery, told)}`,
    });
    const below = branch === '' ? lead : lead + (branch === '└─' ? '  ' : '│ ');
    children.forEach((child, i) => draw(child, below, i === children.length - 1 ? '└─' : '├─'));
  };
  for (const root of tree) draw(root, '', '');
  const head = { ms: 'after', link: 'this hop', hops: 'hops', text: 'node' };
  const widest = (name: 'ms' | 'link' | 'hops') => Math.max(...[head, ...rows].map((row) => row[name].length));
  const [ms, link, hops] = [widest('ms'), widest('link'), widest('hops')];
  const lines = [head, ...rows].map((row) =>
    truncateEnd(
      GAP + [padStart(row.ms, ms), padStart(row.link, link), padStart(row.hops, hops), row.text].join(GAP),
      width,
    ),
  );
  return lines.join('\n');
}

function pastOf({ until }: Delivery, { atMs }: Told): string {
  return until !== undefined && until <= atMs ? ` (gone at ${momentText(until)})` : '';
}

function delayOf(ms: Millis): string {
  return `+${spanText(Math.max(0, ms))}`;
}

/** How many copies there were and what became of them; who has none. */
export function footOf(told: Told, missing: readonly Address[]): string {
  const { history, atMs, names, width } = told;
  const outcomes = new Map<string, number>();
  let count = 0;
  for (const copy of history.copies()) {
    if ((copy.sentAt ?? copy.endedAt ?? 0) > atMs) continue;
    const fate = fateAt(copy, atMs);
    outcomes.set(fate, (outcomes.get(fate) ?? 0) + 1);
    count++;
  }
  const fates = [...outcomes].map(([fate, n]) => `${n} ${fate}`).join(', ');
  const copies = `${count} copies${count === 0 ? '' : `: ${fates}`}`;
  const unrecorded = history.unrecordedCopies === 0 ? '' : ` (${history.unrecordedCopies} more were not kept)`;
  if (missing.length === 0) return `${copies}${unrecorded}\nall that run have it, or something newer`;
  const list = missing.map((node) => names.shortOf(node)).join(', ');
  const without = `${missing.length} without it: `;
  return `${copies}${unrecorded}\n${truncateEnd(without + list, width)}\n${GAP}--why ${names.shortOf(missing[0] ?? '')} tells why`;
}

function fateAt({ outcome, reason, endedAt = Infinity }: Copy, atMs: Millis): string {
  if (endedAt > atMs) return 'under way';
  if (outcome === 'lost') return `lost (${reason})`;
  if (outcome === 'underway') return 'under way';
  return outcome;
}

/** A bar for each stretch of time: how many got it then; with those that fit by name. */
export function timelineOf({ update, history, names, atMs, width }: Told): string {
  const deliveries = history.deliveries.filter(({ at }) => at <= atMs);
  const lastMs = Math.max(0, ...deliveries.map(({ at }) => at - update.publishedAt));
  const stepMs = roundStep(lastMs / TIMELINE_ROWS);
  const rows = Array.from({ length: Math.floor(lastMs / stepMs) + 1 }, (): Delivery[] => []);
  for (const delivery of deliveries) {
    rows[Math.max(0, Math.floor((delivery.at - update.publishedAt) / stepMs))]?.push(delivery);
  }
  const most = Math.max(...rows.map((row) => row.length), 1);
  const barWidth = Math.max(10, Math.min(30, Math.floor(width / 4)));
  const label = (ms: Millis) => `+${stepMs >= 1000 ? `${ms / 1000} s` : `${Math.round(ms * 1000) / 1000} ms`}`;
  const labelWidth = label(rows.length * stepMs).length + 1;
  let sum = 0;
  const lines = rows.map((row, i) => {
    sum += row.length;
    const bar = row.length === 0 ? '·' : '█'.repeat(Math.max(1, Math.round((row.length / most) * barWidth)));
    const share = `${Math.round((100 * sum) / deliveries.length)} %`;
    const who = row.map(({ node, means }) => names.shortOf(node) + (means === 'push' ? '' : '*')).join(' ');
    const start = `${GAP}${padStart(label(i * stepMs), labelWidth)} ${padEnd(bar, barWidth)} ${padStart(row.length === 0 ? '' : String(row.length), 5)} ${padStart(share, 5)}${GAP}`;
    return truncateEnd(start + who, width).trimEnd();
  });
  const note = deliveries.some(({ means }) => means !== 'push')
    ? [`${GAP}* by repair: asked for, or by a comparison of tables`]
    : [];
  return [...withoutLulls(lines, rows), ...note].join('\n');
}

/** A long time in which nothing happens takes one line. */
function withoutLulls(lines: readonly string[], rows: readonly (readonly Delivery[])[]): string[] {
  const isIdle = (i: number) => (rows[i]?.length ?? 0) === 0;
  return lines.flatMap((line, i) => {
    if (!isIdle(i) || !isIdle(i - 1) || i === 0) return [line];
    return isIdle(i + 1) && i + 1 < lines.length ? [] : [`${GAP}   …`];
  });
}

/** 1, 2 or 5 times a power of ten, not below. */
export function roundStep(least: number): number {
  if (!(least > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= least * 0.999) ?? 10;
  return factor * power;
}
