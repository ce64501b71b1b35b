/** Draws who knows whom: a cell each, or where they are smaller than a few pixels an image of them. */
import type { NodeState } from '../../model/network-state.ts';
import { fitCanvas } from '../fit-canvas.ts';

export const MATRIX_TOKENS = [
  'surface',
  'sunken',
  'line',
  'line-strong',
  'accent',
  'warn',
  'bad',
  'ink',
  'ink-soft',
] as const;
type Colors = { readonly [name in (typeof MATRIX_TOKENS)[number]]: string };

/** What a cell can be; 0: one of the two does not run. */
export const [GAP, OLDER, KNOWN] = [1, 2, 3] as const;

export interface MatrixPlan {
  /** In the order of rows and columns. */
  readonly nodes: readonly NodeState[];
  readonly names: readonly string[];
  /** Left of the rows and above the columns, for their names. */
  readonly marginPx: number;
  /** Row by row: 0 one of them does not run, 1 a gap, 2 an older version, 3 the newest. */
  readonly values: Uint8Array;
  /** Where the newest is not known. */
  readonly gaps: readonly number[];
  readonly older: number;
  /** Of nodes that run, each with itself. */
  readonly pairs: number;
}

/** Smaller cells have no inside that could be drawn. */
export const MIN_CELL_PX = 5;
export const MATRIX_FONT = '11px system-ui, sans-serif';
/** From one label to the next. */
const LABEL_PX = 13;
/** With more nodes, a cell is one pixel of the image. */
const MAX_CHECKERED = 500;

export function drawMatrix(
  canvas: HTMLCanvasElement,
  plan: MatrixPlan,
  cell: { readonly row: number; readonly column: number } | undefined,
  colors: Colors,
): void {
  const { context, width: whole, height: tall } = fitCanvas(canvas);
  if (context === null) return;
  const size = plan.nodes.length;
  const [width, height] = [whole - plan.marginPx, tall - plan.marginPx];
  const [cellW, cellH] = [width / size, height / size];
  context.clearRect(0, 0, whole, tall);
  drawLabels(context, plan, cellW, cellH, cell, colors);
  context.save();
  context.translate(plan.marginPx, plan.marginPx);
  if (Math.min(cellW, cellH) >= MIN_CELL_PX) drawCells(context, plan, cellW, cellH, colors);
  else drawImage(context, plan, width, height, colors);
  if (cell !== undefined) {
    context.strokeStyle = colors.ink;
    context.lineWidth = 2;
    const [wide, high] = [Math.max(cellW, 6), Math.max(cellH, 6)];
    context.strokeRect((cell.column + 0.5) * cellW - wide / 2, (cell.row + 0.5) * cellH - high / 2, wide, high);
    context.globalAlpha = 0.12;
    context.fillStyle = colors.ink;
    context.fillRect(0, cell.row * cellH, width, cellH);
    context.fillRect(cell.column * cellW, 0, cellW, height);
  }
  context.restore();
}

/** Of each row and column; where they are too near each other, of every so many, and always those of the chosen cell. */
function drawLabels(
  context: CanvasRenderingContext2D,
  { names, marginPx }: MatrixPlan,
  cellW: number,
  cellH: number,
  cell: { readonly row: number; readonly column: number } | undefined,
  colors: Colors,
): void {
  context.textBaseline = 'middle';
  const draw = (along: number, chosen: number | undefined, write: (name: string, at: number) => void): void => {
    const every = Math.max(1, Math.ceil(LABEL_PX / along));
    for (const [index, name] of names.entries()) {
      const isNear = chosen !== undefined && index !== chosen && Math.abs(index - chosen) * along < LABEL_PX;
      if (index !== chosen && (index % every !== 0 || isNear)) continue;
      context.font = `${index === chosen ? '700 ' : ''}${MATRIX_FONT}`;
      context.fillStyle = index === chosen ? colors.ink : colors['ink-soft'];
      write(name, marginPx + (index + 0.5) * along);
    }
  };
  context.textAlign = 'right';
  draw(cellH, cell?.row, (name, y) => context.fillText(name, marginPx - 4, y, marginPx - 4));
  context.textAlign = 'left';
  draw(cellW, cell?.column, (name, x) => {
    context.save();
    context.translate(x, marginPx - 4);
    context.rotate(-Math.PI / 2);
    context.fillText(name, 0, 0, marginPx - 4);
    context.restore();
  });
}

function drawCells(
  context: CanvasRenderingContext2D,
  plan: MatrixPlan,
  cellW: number,
  cellH: number,
  colors: Colors,
): void {
  const size = plan.nodes.length;
  const gap = Math.min(cellW, cellH) > 9 ? 1 : 0.5;
  const [wide, high] = [cellW - gap, cellH - gap];
  for (let index = 0; index < plan.values.length; index++) {
    const x = (index % size) * cellW;
    const y = Math.floor(index / size) * cellH;
    switch (plan.values[index]) {
      case 0:
        context.fillStyle = colors.line;
        context.fillRect(x + wide / 2 - 1, y + high / 2 - 1, 2, 2);
        break;
      case 1:
        context.strokeStyle = colors.bad;
        context.lineWidth = 1;
        context.strokeRect(x + 0.75, y + 0.75, wide - 1.5, high - 1.5);
        break;
      case 2:
        context.strokeStyle = colors.warn;
        context.lineWidth = 1;
        context.strokeRect(x + 0.75, y + 0.75, wide - 1.5, high - 1.5);
        context.fillStyle = colors.warn;
        context.fillRect(x, y + high / 2, wide, high / 2);
        break;
      default:
        context.fillStyle = colors.accent;
        context.fillRect(x, y, wide, high);
    }
  }
}

/** Too small for signs, so a gap is a dot as dark as ink on light or as light as ink on dark, and an older one is checkered. */
function drawImage(
  context: CanvasRenderingContext2D,
  plan: MatrixPlan,
  width: number,
  height: number,
  colors: Colors,
): void {
  const size = plan.nodes.length;
  const fine = size > MAX_CHECKERED ? 1 : 2;
  const image = new ImageData(size * fine, size * fine);
  const palette = new Uint32Array([colors.sunken, colors.ink, colors.warn, colors.accent].map(pixelOf));
  const light = pixelOf(colors.surface);
  const pixels = new Uint32Array(image.data.buffer);
  for (let y = 0, at = 0; y < image.height; y++) {
    const row = Math.floor(y / fine) * size;
    for (let x = 0; x < image.width; x++, at++) {
      const value = plan.values[row + Math.floor(x / fine)] ?? 0;
      pixels[at] = value === OLDER && (x + y) % 2 === 1 ? light : (palette[value] ?? 0);
    }
  }
  const small = new OffscreenCanvas(image.width, image.height);
  small.getContext('2d')?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = image.width > width;
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, 0, 0, width, height);
}

/** Red, green, blue and full opacity, in the order of bytes that an image has on a little-endian machine: all of today's. */
function pixelOf(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as [number, number, number];
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
