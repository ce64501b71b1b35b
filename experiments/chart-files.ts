/** Charts as files: SVG by Observable Plot, and PNG of the same, with a font from the registry so that they look alike everywhere. */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as Plot from '@observablehq/plot';
import { Resvg } from '@resvg/resvg-js';
import { parseHTML } from 'linkedom';

const FONT = 'DejaVu Sans';
const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) =>
  createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}`),
);
const INK = '#222';
/** Room above the plot, for its title and its key, and what a PNG is larger by. */
const [HEAD, PNG_SCALE] = [76, 2];
const [LEFT, TITLE_AT, SUBTITLE_AT, KEY_AT] = [16, 26, 46, 68];
/** About as wide as a character of the key. */
const CHARACTER = 7.5;

export interface Chart {
  /** One sentence: what there is to see. */
  readonly title: string;
  readonly subtitle: string;
  /** What the colours of its lines mean. */
  readonly key: { readonly label: string; readonly colors: readonly (readonly [string, string])[] };
  readonly plot: Plot.PlotOptions;
}

/** Writes PATH.svg and PATH.png. */
export function writeChart(path: string, chart: Chart): void {
  const svg = svgOf(chart);
  writeFileSync(`${path}.svg`, svg);
  const resvg = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: PNG_SCALE },
    font: { fontFiles: FONT_FILES, loadSystemFonts: false, defaultFontFamily: FONT },
  });
  writeFileSync(`${path}.png`, resvg.render().asPng());
}

function svgOf({ title, subtitle, key, plot }: Chart): string {
  const style = { fontFamily: `${FONT}, Verdana, sans-serif`, fontSize: '12px', color: INK };
  const { height = 400, marginTop = 24 } = plot;
  // Their types are the DOM's, which is not here.
  const parse = parseHTML as (html: string) => { readonly document: object };
  const { document } = parse('<!doctype html><html><body></body></html>');
  const draw = Plot.plot as (options: object) => unknown;
  const element = draw({ ...plot, document, style, height: height + HEAD, marginTop: marginTop + HEAD });
  // Without a legend of its own a plot is one SVG element; there are no types of the DOM here.
  const [open = '', rest = ''] = splitAfter((element as { readonly outerHTML: string }).outerHTML, '>');
  const head = [
    text(LEFT, TITLE_AT, title, `fill="${INK}" font-size="16" font-weight="bold"`),
    text(LEFT, SUBTITLE_AT, subtitle, 'fill="#555"'),
    keyOf(key),
  ];
  const background = '<rect width="100%" height="100%" fill="white"/>';
  return `${open.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"')}${background}${head.join('')}${rest}\n`;
}

function keyOf({ label, colors }: Chart['key']): string {
  let x = LEFT + (label.length + 2) * CHARACTER;
  const entries = colors.map(([name, color]) => {
    const swatch = `<rect x="${x}" y="${KEY_AT - 7}" width="18" height="4" fill="${color}"/>`;
    const entry = swatch + text(x + 24, KEY_AT, name);
    x += 24 + (name.length + 2) * CHARACTER;
    return entry;
  });
  return text(LEFT, KEY_AT, label) + entries.join('');
}

function text(x: number, y: number, words: string, attributes = `fill="${INK}"`): string {
  return `<text x="${x}" y="${y}" text-anchor="start" ${attributes}>${words}</text>`;
}

function splitAfter(whole: string, mark: string): [string, string] {
  const end = whole.indexOf(mark) + mark.length;
  return [whole.slice(0, end), whole.slice(end)];
}
