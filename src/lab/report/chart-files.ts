/** Charts as files: an SVG and a PNG of the same, with a font that comes along, so that they look alike everywhere. */
import { readFile, writeFile } from 'node:fs/promises';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { carriedFile } from './carried-file.ts';
import { chartSvg, FONT, type Chart } from './chart.ts';

/** What a PNG is larger by. */
const PNG_SCALE = 2;

/** Writes PATH.svg and PATH.png. */
export async function writeChart(path: string, chart: Chart): Promise<void> {
  const svg = chartSvg(chart);
  await writeFile(`${path}.svg`, svg);
  await writeFile(`${path}.png`, await pngOf(svg));
}

async function pngOf(svg: string): Promise<Uint8Array> {
  const { Renderer, fontBuffers } = await (renderer ??= loadRenderer());
  const drawing = new Renderer(svg, {
    fitTo: { mode: 'zoom', value: PNG_SCALE },
    font: { fontBuffers, defaultFontFamily: FONT },
  });
  const image = drawing.render();
  const png = image.asPng();
  // Its memory is WebAssembly's, which nobody collects.
  image.free();
  drawing.free();
  return png;
}

/** It may be started once in a process. */
let renderer: Promise<{ readonly Renderer: typeof Resvg; readonly fontBuffers: Uint8Array[] }> | undefined;

async function loadRenderer(): Promise<{ readonly Renderer: typeof Resvg; readonly fontBuffers: Uint8Array[] }> {
  await initWasm(await readFile(carriedFile('@resvg/resvg-wasm/index_bg.wasm')));
  const fonts = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) => carriedFile(`dejavu-fonts-ttf/ttf/${name}`));
  return { Renderer: Resvg, fontBuffers: await Promise.all(fonts.map((font) => readFile(font))) };
}
