/**
 * A chart: one panel or several beside each other, drawn by Observable Plot, under one title and one key. It is drawn once
 * and used twice: panel by panel in a page, whose style sheet has its colours, and put together as one SVG that stands alone.
 */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { colorsFixed } from './colors.ts';
import { markup, Markup, printable } from './markup.ts';

export type SymbolName = 'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'star';

/** What a colour, a shape or a kind of line means. */
export interface KeyEntry {
  readonly label: string;
  readonly color: string;
  readonly symbol?: SymbolName;
  /** How full its shape is: 1 if not given, 0: hollow. */
  readonly fillOpacity?: number;
  /** A line of these dashes; an empty string: drawn through. */
  readonly dash?: string;
}

export interface Panel {
  /** What is special about it; short. */
  readonly title?: string;
  readonly note?: string;
  readonly width: number;
  readonly height: number;
  /** Of this width; height, fonts and document are set by the chart. */
  readonly plot: (width: number) => Plot.PlotOptions;
}

export interface Chart {
  /** One sentence: what there is to see. */
  readonly title: string;
  readonly subtitle: string;
  readonly key?: { readonly label: string; readonly entries: readonly KeyEntry[] };
  readonly panels: readonly Panel[];
  /** Of what it is, and the command that remakes it. */
  readonly footer?: string;
}

export const FONT = 'DejaVu Sans';
const FONTS = `${FONT}, Verdana, sans-serif`;
const FONT_SIZE = 12;
const [EDGE, GAP] = [16, 20];
const [TITLE_SIZE, SMALL_SIZE] = [16, 10.5];
const [TITLE_LINE, LINE, KEY_LINE] = [22, 17, 20];
/** About as wide as characters of the font are, in parts of its size, narrow ones and others; bold ones are wider. */
const [NARROW_CHARACTER, CHARACTER, BOLD] = [0.33, 0.62, 1.12];
const SWATCH = 24;
const MAX_WIDTH = 1040;
const MIN_WIDTH = 560;

/** The SVG element of one panel, its colours as custom properties (`colors.ts`) and its ink as `currentColor`. */
export function panelSvg({ plot, height }: Panel, width: number): Markup {
  // Their types are the DOM's, which is not here.
  const parse = parseHTML as (html: string) => { readonly document: object };
  const { document } = parse('<!doctype html><html><body></body></html>');
  const draw = Plot.plot as (options: object) => unknown;
  const { outerHTML } = draw({ ...plot(width), document, width, height }) as { readonly outerHTML: string };
  // Its style sheet is for a page that has no other, and no number needs ten digits.
  const [root = '', rest = ''] = splitAfter(printable(outerHTML).replace(/<style>[^<]*<\/style>/, ''), '>');
  const drawn = rest.replace(/\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100));
  return new Markup(withoutAttributes(root, ['font-size', 'font-family', 'class']) + drawn);
}

/** A whole file. */
export function chartSvg(chart: Chart): string {
  const { rows, width: rowWidth } = rowsOf(chart.panels);
  const width = Math.max(MIN_WIDTH, rowWidth);
  const parts: Markup[] = [];
  let y = EDGE;
  const lines = (text: string, size: number, line: number, attributes: string): void => {
    const scale = size * (attributes.includes('bold') ? BOLD : 1);
    for (const words of brokenInto(text, (width - 2 * EDGE) / scale)) {
      y += line;
      parts.push(textAt(EDGE, y - 5, words, `font-size="${size}" ${attributes}`));
    }
  };
  lines(chart.title, TITLE_SIZE, TITLE_LINE, 'font-weight="bold"');
  lines(chart.subtitle, FONT_SIZE, LINE, 'fill="var(--muted)"');
  if (chart.key !== undefined) y += keyAt(parts, chart.key, y + 8, width) + 8;
  for (const row of rows) y += rowAt(parts, row, y + GAP / 2) + GAP / 2;
  y += GAP / 2;
  if (chart.footer !== undefined) lines(chart.footer, SMALL_SIZE, LINE - 2, 'fill="var(--muted)"');
  const height = Math.ceil(y + EDGE / 2);
  const svg = markup`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONTS}" font-size="${FONT_SIZE}" fill="currentColor" color="var(--ink)"><rect width="100%" height="100%" fill="var(--paper)"/>${parts}</svg>\n`;
  return colorsFixed(svg.toString());
}

function rowsOf(panels: readonly Panel[]): { readonly rows: readonly Panel[][]; readonly width: number } {
  const rows: Panel[][] = [];
  let width = 0;
  let right = Infinity;
  for (const panel of panels) {
    if (right + GAP + panel.width > MAX_WIDTH - EDGE) {
      rows.push([]);
      right = EDGE - GAP;
    }
    rows.at(-1)?.push(panel);
    right += GAP + panel.width;
    width = Math.max(width, right + EDGE);
  }
  return { rows, width };
}

/** @returns how high it is */
function rowAt(parts: Markup[], row: readonly Panel[], y: number): number {
  const head = row.some(({ title, note }) => title !== undefined || note !== undefined) ? 2 * LINE : 0;
  let x = EDGE;
  for (const panel of row) {
    const { title, note, width } = panel;
    if (title !== undefined) parts.push(textAt(x, y + LINE - 4, title, 'font-weight="bold"'));
    if (note !== undefined) parts.push(textAt(x, y + 2 * LINE - 4, note, 'font-size="11" fill="var(--muted)"'));
    const svg = panelSvg(panel, width).toString();
    parts.push(new Markup(`<svg x="${x}" y="${y + head}"${svg.slice('<svg'.length)}`));
    x += width + GAP;
  }
  return head + Math.max(...row.map(({ height }) => height));
}

/** @returns how high it is */
function keyAt(
  parts: Markup[],
  { label, entries }: Exclude<Chart['key'], undefined>,
  y: number,
  width: number,
): number {
  const widthOf = (text: string): number => breadthOf(text) * FONT_SIZE;
  const start = EDGE + (label === '' ? 0 : widthOf(label) + GAP / 2);
  let x = start;
  let line = y + LINE - 5;
  if (label !== '') parts.push(textAt(EDGE, line, label, ''));
  for (const entry of entries) {
    const entryWidth = SWATCH + 6 + widthOf(entry.label) + GAP;
    if (x > start && x + entryWidth > width) [x, line] = [start, line + KEY_LINE];
    parts.push(new Markup(`<g transform="translate(${x},${line - 10})">${swatchShapes(entry).toString()}</g>`));
    parts.push(textAt(x + SWATCH + 6, line, entry.label, ''));
    x += entryWidth;
  }
  return line - y + 5;
}

/** A picture of an entry of the key, 24 wide and 12 high. */
export function swatchSvg(entry: KeyEntry): Markup {
  return markup`<svg width="${SWATCH}" height="12" viewBox="0 0 ${SWATCH} 12" aria-hidden="true">${swatchShapes(entry)}</svg>`;
}

const SHAPES: { readonly [name in SymbolName]: string } = {
  circle: 'M16.5,6a4.5,4.5 0 1 1 -9,0a4.5,4.5 0 1 1 9,0z',
  square: 'M8,2h8v8h-8z',
  triangle: 'M12,0.8l5.2,9h-10.4z',
  diamond: 'M12,0l4.4,6l-4.4,6l-4.4,-6z',
  cross: 'M10.5,1h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5v-3h3.5z',
  star: 'M12,0l1.7,4.2l4.4,0.3l-3.4,2.9l1.1,4.4l-3.8,-2.4l-3.8,2.4l1.1,-4.4l-3.4,-2.9l4.4,-0.3z',
};

function swatchShapes({ color, symbol, fillOpacity = 1, dash }: KeyEntry): Markup {
  const line =
    dash === undefined
      ? undefined
      : markup`<path d="M0,6H${SWATCH}" stroke="${color}" stroke-width="2" stroke-dasharray="${dash}" fill="none"/>`;
  const path = symbol && SHAPES[symbol];
  const shape =
    path &&
    markup`<path d="${path}" fill="var(--paper)"/><path d="${path}" fill="${color}" fill-opacity="${fillOpacity}" stroke="${color}" stroke-width="1.5"/>`;
  if (line === undefined && shape === undefined) return markup`<path d="M3,1h18v10h-18z" fill="${color}"/>`;
  return markup`${line}${shape}`;
}

function textAt(x: number, y: number, words: string, attributes: string): Markup {
  return markup`<text x="${x}" y="${y}" text-anchor="start" ${new Markup(attributes)}>${words}</text>`;
}

/** In parts of the size of its letters. */
function breadthOf(text: string): number {
  const narrow = text.match(/[ ijltfrI.,:;|()'"]/g)?.length ?? 0;
  return narrow * NARROW_CHARACTER + (text.length - narrow) * CHARACTER;
}

/** Lines of at most this breadth, broken between words. */
function brokenInto(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of printable(text).split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && breadthOf(`${last} ${word}`) <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function splitAfter(whole: string, mark: string): [string, string] {
  const end = whole.indexOf(mark) + mark.length;
  return [whole.slice(0, end), whole.slice(end)];
}

function withoutAttributes(tag: string, names: readonly string[]): string {
  return names.reduce((rest, name) => rest.replace(new RegExp(` ${name}="[^"]*"`), ''), tag);
}
