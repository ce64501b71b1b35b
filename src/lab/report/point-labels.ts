/** Names beside the points of a picture, each on a side where it covers no shape and no other name. */

export interface LabelledPoint {
  /** In pixels. */
  readonly x: number;
  readonly y: number;
  /** What it may be called, the best first. */
  readonly names: readonly string[];
}

export interface PlacedLabel {
  /** Empty where there is room for none of its names. */
  readonly text: string;
  readonly dx: number;
  readonly dy: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Of the font that names are written in, bold: the width of a character is one that is seldom exceeded. */
export const LABEL_FONT_SIZE = 11;
const CHARACTER_WIDTH = 6.2;
const HALF_HEIGHT = 6;
const SHAPE_RADIUS = 6;

/** Right, left, above, below, and the corners. */
const SIDES = [
  { dx: 10, dy: 0, anchor: 'start' },
  { dx: -10, dy: 0, anchor: 'end' },
  { dx: 0, dy: -14, anchor: 'middle' },
  { dx: 0, dy: 14, anchor: 'middle' },
  { dx: 8, dy: -12, anchor: 'start' },
  { dx: -8, dy: -12, anchor: 'end' },
  { dx: 8, dy: 12, anchor: 'start' },
  { dx: -8, dy: 12, anchor: 'end' },
] as const;
const NO_LABEL: PlacedLabel = { text: '', dx: 0, dy: 0, anchor: 'middle' };

/**
 * @param points in the order in which they choose
 * @param shapes centres of all shapes in the picture, those of the points too
 * @param within no label leaves it
 */
export function placeLabels(
  points: readonly LabelledPoint[],
  shapes: readonly { readonly x: number; readonly y: number }[],
  within: Box,
): PlacedLabel[] {
  const taken: Box[] = shapes.map(({ x, y }) => boxAround(x, y));
  return points.map(({ x, y, names }) => {
    for (const text of names) {
      const side = SIDES.find((each) => {
        const box = boxOf(x, y, text, each);
        return isInside(box, within) && taken.every((other) => !overlap(box, other));
      });
      if (side === undefined) continue;
      taken.push(boxOf(x, y, text, side));
      return { text, ...side };
    }
    return NO_LABEL;
  });
}

function boxAround(x: number, y: number): Box {
  return { left: x - SHAPE_RADIUS, right: x + SHAPE_RADIUS, top: y - SHAPE_RADIUS, bottom: y + SHAPE_RADIUS };
}

function boxOf(x: number, y: number, text: string, { dx, dy, anchor }: (typeof SIDES)[number]): Box {
  const width = text.length * CHARACTER_WIDTH;
  const before = anchor === 'start' ? 0 : anchor === 'end' ? width : width / 2;
  const left = x + dx - before;
  return { left, right: left + width, top: y + dy - HALF_HEIGHT, bottom: y + dy + HALF_HEIGHT };
}

function isInside(box: Box, within: Box): boolean {
  const isAcross = box.left >= within.left && box.right <= within.right;
  return isAcross && box.top >= within.top && box.bottom <= within.bottom;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
