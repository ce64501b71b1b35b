/**
 * The infection tree of one update, drawn over time: a row a node, its parent's children below it, and a line for each copy from
 * when it was sent to when it arrived. What came long after all others is squeezed into the right of a break in the axis.
 */
import { momentText, spanText } from '../text/spans.ts';
import { favoriteText } from '../trace/favorite-text.ts';
import type { Infection } from '../trace/infection-tree.ts';
import { quantileOf } from '../trace/sample-quantile.ts';
import type { Copy, Delivery, Means } from '../trace/dissemination-history.ts';
import type { Address, Millis } from '../trace/views.ts';
import { roundStep, type Told } from './trace-text.ts';

const FONT = 'DejaVu Sans, Verdana, sans-serif';
const [INK, FAINT, GRID] = ['#222', '#667', '#e6e6ea'];
/** Told apart by hue and by shape (Okabe and Ito's colours, which the colour-blind tell apart, too). */
const COLORS: { readonly [means in Means]: string } = { push: '#0072b2', graft: '#009e73', delta: '#e69f00' };
const [LOST, DUPLICATE] = ['#d55e00', '#98a2b3'];
const [WIDTH, TOP, BOTTOM, RIGHT] = [1000, 104, 48, 24];
const CHARACTER = 6.2;
/** Rows are as high as names need while all fit a page, and lower beyond. */
const [ROW, MIN_ROW, MAX_HEIGHT] = [15, 1.6, 2200];
const LEAST_NAMED_ROW = 8;
/** Where the last comes this many times as late as nearly all, the axis is broken; what is left of the break gets this part. */
const BREAK_RATIO = 3;
const BREAK_PART = 0.8;
const NEARLY_ALL = 0.95;

interface Frame {
  readonly x: (ms: Millis) => number;
  readonly y: (row: number) => number;
  readonly left: number;
  readonly bottom: number;
  readonly rowHeight: number;
  readonly breakMs: Millis | undefined;
  readonly endMs: Millis;
}

export function pictureOf(tree: readonly Infection[], told: Told, missing: readonly Address[]): string {
  const order = rowsOf(tree);
  const rowOf = new Map<Address, number>(order.map(({ node }, row) => [node, row]));
  const placed = rowOf.size === order.length ? order : [...new Map(order.map((d) => [d.node, d])).values()];
  placed.forEach(({ node }, row) => rowOf.set(node, row));
  missing.forEach((node) => rowOf.set(node, rowOf.size));
  const frame = frameOf(order, rowOf, told);
  const parts = [
    headOf(told, order, missing),
    keyOf(),
    axisOf(frame),
    namesOf(rowOf, new Set(missing), frame, told),
    copiesOf(rowOf, frame, told),
    ...order.map((delivery) => markOf(delivery, rowOf, frame, told)),
    ...missing.map((node) => missingMark(rowOf.get(node) ?? 0, frame)),
  ];
  const height = frame.bottom + BOTTOM;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${r(height)}" viewBox="0 0 ${WIDTH} ${r(height)}" ` +
    `font-family="${FONT}" font-size="11" fill="${INK}"><rect width="100%" height="100%" fill="white"/>${parts.join('\n')}</svg>\n`
  );
}

/** Parents before their children, the soonest child first. */
function rowsOf(tree: readonly Infection[]): Delivery[] {
  return tree.flatMap(({ delivery, children }) => [delivery, ...rowsOf(children)]);
}

function frameOf(order: readonly Delivery[], rowOf: ReadonlyMap<Address, number>, told: Told): Frame {
  const { update, names } = told;
  const times = order.map(({ at }) => Math.max(0, at - update.publishedAt));
  const endMs = Math.max(quantileOf(times, 1) ?? 0, 1);
  const nearlyAll = quantileOf(times, NEARLY_ALL) ?? 0;
  const breakMs = nearlyAll > 0 && endMs > BREAK_RATIO * nearlyAll ? nearlyAll * 1.1 : undefined;
  const rowHeight = Math.max(MIN_ROW, Math.min(ROW, MAX_HEIGHT / Math.max(1, rowOf.size)));
  const longest = Math.max(0, ...[...rowOf.keys()].map((node) => names.shortOf(node).length));
  const left = (rowHeight < LEAST_NAMED_ROW ? 8 : Math.min(200, longest * CHARACTER)) + 24;
  const plotWidth = WIDTH - RIGHT - left;
  const x = (ms: Millis): number => {
    const inside = Math.min(Math.max(0, ms), endMs);
    if (breakMs === undefined) return left + (inside / endMs) * plotWidth;
    if (inside <= breakMs) return left + (inside / breakMs) * BREAK_PART * plotWidth;
    const part = (inside - breakMs) / (endMs - breakMs);
    return left + (BREAK_PART + 0.02 + part * (0.98 - BREAK_PART)) * plotWidth;
  };
  const y = (row: number): number => TOP + (row + 0.5) * rowHeight;
  return { x, y, left, bottom: TOP + Math.max(1, rowOf.size) * rowHeight, rowHeight, breakMs, endMs };
}

function headOf(
  { update, names, history, atMs }: Told,
  order: readonly Delivery[],
  missing: readonly Address[],
): string {
  const what = favoriteText(update.payload);
  const title = `How version ${update.version} of ${names.shortOf(update.origin)} spread${what === '' ? '' : `: ${what}`}`;
  const lastMs = Math.max(0, ...order.map(({ at }) => at - update.publishedAt));
  const hops = Math.max(0, ...order.map((delivery) => delivery.hops));
  const without = missing.length === 0 ? '' : `, ${missing.length} without it at ${momentText(atMs)}`;
  const subtitle = `published at ${momentText(update.publishedAt)}; ${order.length} first deliveries in ${spanText(lastMs)}, ${history.copies().length} copies, at most ${hops} hops${without}`;
  const fitted = title.length > 92 ? `${title.slice(0, 91)}…` : title;
  return `${text(16, 28, fitted, 'font-size="17" font-weight="bold"')}${text(16, 48, subtitle, `fill="${FAINT}" font-size="12"`)}`;
}

function keyOf(): string {
  const entries: [string, (x: number) => string][] = [
    ['first copy, pushed', (x) => line(x, 68, x + 22, 68, COLORS.push, 1.6) + dot('push', x + 22, 68, 4)],
    ['asked for', (x) => line(x, 68, x + 22, 68, COLORS.graft, 1.6) + dot('graft', x + 22, 68, 4)],
    ['comparison of tables', (x) => line(x, 68, x + 22, 68, COLORS.delta, 1.6) + dot('delta', x + 22, 68, 4)],
    ['duplicate or stale', (x) => line(x, 68, x + 22, 68, DUPLICATE, 0.8)],
    ['lost', (x) => line(x, 68, x + 22, 68, LOST, 1, '3 3') + cross(x + 22, 68, 3.5)],
    ['has none', (x) => ring(x + 12, 68, 4)],
  ];
  let x = 16;
  return entries
    .map(([label, draw]) => {
      const part = draw(x) + text(x + 32, 72, label);
      x += 32 + label.length * CHARACTER + 26;
      return part;
    })
    .join('');
}

function axisOf({ x, bottom, left, breakMs, endMs }: Frame): string {
  const mainEnd = breakMs ?? endMs;
  const step = roundStep(mainEnd / 8);
  const ticks: Millis[] = [];
  for (let ms = 0; ms <= mainEnd * 1.0001; ms += step) ticks.push(ms);
  if (breakMs !== undefined) ticks.push(endMs);
  const unit = mainEnd >= 2000 ? { label: 's', size: 1000 } : { label: 'ms', size: 1 };
  const lines = ticks.map((ms) => {
    const value = String(Math.round((ms / unit.size) * 1000) / 1000);
    const at = x(ms);
    return `${line(at, TOP - 4, at, bottom, GRID, 1)}${text(at, bottom + 16, value, `text-anchor="middle" fill="${FAINT}"`)}`;
  });
  const label = text(
    (left + WIDTH - RIGHT) / 2,
    bottom + 36,
    `time since it was published (${unit.label})`,
    'text-anchor="middle"',
  );
  if (breakMs === undefined) return lines.join('') + label;
  const [from, to] = [x(breakMs), x(breakMs + 1e-9)];
  const gap = `<rect x="${r(from)}" y="${TOP - 6}" width="${r(to - from)}" height="${r(bottom - TOP + 12)}" fill="#f3f3f6"/>`;
  return (
    lines.join('') +
    gap +
    text((from + to) / 2, TOP - 10, 'break', `text-anchor="middle" fill="${FAINT}" font-size="9"`) +
    label
  );
}

function namesOf(
  rowOf: ReadonlyMap<Address, number>,
  missing: ReadonlySet<Address>,
  frame: Frame,
  { names }: Told,
): string {
  const { y, left, rowHeight } = frame;
  if (rowHeight < LEAST_NAMED_ROW) return '';
  const size = Math.min(11, rowHeight - 1);
  return [...rowOf]
    .map(([node, row]) => {
      const color = missing.has(node) ? LOST : INK;
      return text(
        left - 14,
        y(row) + size * 0.36,
        names.shortOf(node),
        `text-anchor="end" font-size="${r(size)}" fill="${color}"`,
      );
    })
    .join('');
}

/** First copies on top of all others. */
function copiesOf(rowOf: ReadonlyMap<Address, number>, frame: Frame, told: Told): string {
  const { history, atMs } = told;
  const copies = history.copies().filter(({ sentAt, endedAt = 0 }) => (sentAt ?? endedAt) <= atMs && endedAt <= atMs);
  const isFirst = ({ outcome }: Copy) => outcome === 'first';
  const sorted = [...copies.filter((copy) => !isFirst(copy)), ...copies.filter(isFirst)];
  // A flood's duplicates would else hide the tree.
  const opacity = Math.min(0.45, Math.max(0.08, 300 / sorted.length));
  return sorted.map((copy) => copyLine(copy, rowOf, frame, told, opacity)).join('');
}

function copyLine(
  copy: Copy,
  rowOf: ReadonlyMap<Address, number>,
  frame: Frame,
  { update, history }: Told,
  opacity: number,
): string {
  const { from, to, outcome, means } = copy;
  const [fromRow, toRow] = [rowOf.get(from), rowOf.get(to)];
  if (fromRow === undefined || toRow === undefined) return '';
  const { x, y, endMs, rowHeight } = frame;
  const heldAt = history.deliveryAt(from, copy.endedAt ?? Infinity)?.at;
  const sentMs = (copy.sentAt ?? heldAt ?? copy.endedAt ?? 0) - update.publishedAt;
  const endedMs = (copy.endedAt ?? copy.sentAt ?? 0) - update.publishedAt;
  if (sentMs > endMs) return '';
  const ends = [x(sentMs), y(fromRow), x(endedMs), y(toRow)] as const;
  if (outcome === 'first') {
    // From when its sender had it: a long one is repair's.
    const had = heldAt === undefined ? ends[0] : x(heldAt - update.publishedAt);
    const waited = line(had, ends[1], ends[0], ends[1], COLORS[means], 0.7, '1 3');
    return waited + line(...ends, COLORS[means], rowHeight < LEAST_NAMED_ROW ? 0.8 : 1.4);
  }
  if (outcome !== 'lost' && outcome !== 'unanswered') return line(...ends, DUPLICATE, 0.5, undefined, opacity);
  return line(...ends, LOST, 0.7, '3 3', 0.7) + cross(ends[2], ends[3], Math.min(3.5, rowHeight));
}

function markOf(
  delivery: Delivery,
  rowOf: ReadonlyMap<Address, number>,
  { x, y, rowHeight }: Frame,
  told: Told,
): string {
  const { node, at, hops, means, via } = delivery;
  const { update, names } = told;
  const title = `${names.shortOf(node)}: +${spanText(Math.max(0, at - update.publishedAt))}, ${hops} hops, from ${names.shortOf(via)}`;
  const mark = dot(
    means,
    x(at - update.publishedAt),
    y(rowOf.get(node) ?? 0),
    Math.max(1, Math.min(4, rowHeight / 2.6)),
  );
  return `<g><title>${escaped(title)}</title>${mark}</g>`;
}

function missingMark(row: number, { x, y, endMs, rowHeight }: Frame): string {
  return ring(x(endMs), y(row), Math.max(1, Math.min(4, rowHeight / 2.6)));
}

function dot(means: Means, x: number, y: number, size: number): string {
  const fill = `fill="${COLORS[means]}"`;
  const [a, b] = [r(x), r(y)];
  if (means === 'push') return `<circle cx="${a}" cy="${b}" r="${r(size)}" ${fill}/>`;
  const turn = means === 'graft' ? ` transform="rotate(45 ${a} ${b})"` : '';
  return `<rect x="${r(x - size)}" y="${r(y - size)}" width="${r(2 * size)}" height="${r(2 * size)}" ${fill}${turn}/>`;
}

function ring(x: number, y: number, size: number): string {
  return `<circle cx="${r(x)}" cy="${r(y)}" r="${r(size)}" fill="white" stroke="${LOST}" stroke-width="1.4"/>`;
}

function cross(x: number, y: number, size: number): string {
  return (
    line(x - size, y - size, x + size, y + size, LOST, 1.4) + line(x - size, y + size, x + size, y - size, LOST, 1.4)
  );
}

function line(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  color: string,
  width: number,
  dash?: string,
  opacity = 1,
): string {
  const dashed = dash === undefined ? '' : ` stroke-dasharray="${dash}"`;
  const seen = opacity === 1 ? '' : ` opacity="${opacity}"`;
  return `<line x1="${r(x1)}" y1="${r(y1)}" x2="${r(x2)}" y2="${r(y2)}" stroke="${color}" stroke-width="${width}"${dashed}${seen}/>`;
}

function text(x: number, y: number, words: string, attributes = ''): string {
  return `<text x="${r(x)}" y="${r(y)}" ${attributes}>${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** As fine as a pixel needs. */
function r(value: number): number {
  return Math.round(value * 10) / 10;
}
