/** Draws who knows whom: a cell each, or where they are smaller than a few pixels an image of them. */
import type { NodeState } from '../../model/network-state.ts';
import { fitCanvas } from '../fit-canvas.ts';

export const MATRIX_TOKENS = ['surface', 'sunken', 'line', 'line-strong', 'accent', 'warn', 'bad', 'ink'] as const;
type Colors = { readonly [name in (typeof MATRIX_TOKENS)[number]]: string };

/** What a cell can be; 0: one of the two does not run. */
export const [GAP, OLDER, KNOWN] = [1, 2, 3] as const;

export interface MatrixPlan {
  /** In the order of rows and columns. */
  readonly nodes: readonly NodeState[];
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
/** With more nodes, a cell is one pixel of the image. */
const MAX_CHECKERED = 500;

export function drawMatrix(
  canvas: HTMLCanvasElement,
  plan: MatrixPlan,
  cell: { readonly row: number; readonly column: number } | undefined,
  colors: Colors,
): void {
  const { context, width } = fitCanvas(canvas);
  if (context === null) return;
  const size = plan.nodes.length;
  const cellPx = width / size;
  context.clearRect(0, 0, width, width);
  if (cellPx >= MIN_CELL_PX) drawCells(context, plan, cellPx, colors);
  else drawImage(context, plan, width, colors);
  if (cell === undefined) return;
  context.strokeStyle = colors.ink;
  context.lineWidth = 2;
  const side = Math.max(cellPx, 6);
  context.strokeRect((cell.column + 0.5) * cellPx - side / 2, (cell.row + 0.5) * cellPx - side / 2, side, side);
  context.globalAlpha = 0.12;
  context.fillStyle = colors.ink;
  context.fillRect(0, cell.row * cellPx, width, cellPx);
  context.fillRect(cell.column * cellPx, 0, cellPx, width);
  context.globalAlpha = 1;
}

function drawCells(context: CanvasRenderingContext2D, plan: MatrixPlan, cellPx: number, colors: Colors): void {
  const size = plan.nodes.length;
  const gap = cellPx > 9 ? 1 : 0.5;
  const side = cellPx - gap;
  for (let index = 0; index < plan.values.length; index++) {
    const x = (index % size) * cellPx;
    const y = Math.floor(index / size) * cellPx;
    switch (plan.values[index]) {
      case 0:
        context.fillStyle = colors.line;
        context.fillRect(x + side / 2 - 1, y + side / 2 - 1, 2, 2);
        break;
      case 1:
        context.strokeStyle = colors.bad;
        context.lineWidth = 1;
        context.strokeRect(x + 0.75, y + 0.75, side - 1.5, side - 1.5);
        break;
      case 2:
        context.strokeStyle = colors.warn;
        context.lineWidth = 1;
        context.strokeRect(x + 0.75, y + 0.75, side - 1.5, side - 1.5);
        context.fillStyle = colors.warn;
        context.fillRect(x, y + side / 2, side, side / 2);
        break;
      default:
        context.fillStyle = colors.accent;
        context.fillRect(x, y, side, side);
    }
  }
}

/** Too small for signs, so a gap is a dot as dark as ink on light or as light as ink on dark, and an older one is checkered. */
function drawImage(context: CanvasRenderingContext2D, plan: MatrixPlan, width: number, colors: Colors): void {
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
  context.drawImage(small, 0, 0, width, width);
}

/** Red, green, blue and full opacity, in the order of bytes that an image has on a little-endian machine: all of today's. */
function pixelOf(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as [number, number, number];
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
