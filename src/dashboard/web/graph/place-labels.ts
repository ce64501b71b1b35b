/**
 * Which labels are drawn, and where: each at the first of its places that collides with no node and no other label, and lies
 * in the picture; none where all do (Christensen, Marks and Shieber 1995, https://doi.org/10.1145/212332.212334: the greedy
 * algorithm).
 */
export interface LabelRequest {
  readonly number: number;
  readonly text: string;
  readonly width: number;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Outwards, on a ring: that side comes first. */
  readonly outward?: { readonly x: number; readonly y: number };
}

export interface PlacedLabel {
  readonly number: number;
  readonly text: string;
  /** Its left end, and its middle line. */
  readonly x: number;
  readonly y: number;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export const LABEL_HEIGHT = 13;
const GAP = 4;
const CELL = 48;

/** @param requests the most important first */
export function placeLabels(
  requests: readonly LabelRequest[],
  nodes: readonly { readonly x: number; readonly y: number; readonly radius: number }[],
  width: number,
  height: number,
): PlacedLabel[] {
  const taken = new Boxes();
  for (const { x, y, radius: whole } of nodes) {
    // Of a circle, the square inside: a label may come near its corner.
    const radius = whole * Math.SQRT1_2;
    taken.add({ left: x - radius, top: y - radius, right: x + radius, bottom: y + radius });
  }
  const placed: PlacedLabel[] = [];
  for (const request of requests) {
    for (const [x, y] of placesOf(request)) {
      const box = { left: x, top: y - LABEL_HEIGHT / 2, right: x + request.width, bottom: y + LABEL_HEIGHT / 2 };
      const isInside = box.left >= 1 && box.top >= 1 && box.right <= width - 1 && box.bottom <= height - 1;
      if (!isInside || taken.hits(box)) continue;
      taken.add(box);
      placed.push({ number: request.number, text: request.text, x, y });
      break;
    }
  }
  return placed;
}

function placesOf({ x, y, width, radius, outward }: LabelRequest): (readonly [number, number])[] {
  const far = radius + GAP;
  const right = [x + far, y] as const;
  const left = [x - far - width, y] as const;
  const above = [x - width / 2, y - far - LABEL_HEIGHT / 2] as const;
  const below = [x - width / 2, y + far + LABEL_HEIGHT / 2] as const;
  if (outward === undefined) return [right, left, below, above];
  const radial = (more: number): readonly [number, number] => {
    const reach = radius + GAP + more;
    // The middle of the label, so far out that its box does not touch the node.
    const cx = x + outward.x * (reach + width / 2);
    const cy = y + outward.y * (reach + LABEL_HEIGHT / 2);
    return [cx - width / 2, cy];
  };
  return [radial(0), radial(LABEL_HEIGHT + 2), ...(outward.x >= 0 ? [right, left] : [left, right])];
}

class Boxes {
  private readonly cells = new Map<number, Box[]>();

  add(box: Box): void {
    for (const cell of cellsOf(box)) {
      const boxes = this.cells.get(cell);
      if (boxes === undefined) this.cells.set(cell, [box]);
      else boxes.push(box);
    }
  }

  hits(box: Box): boolean {
    for (const cell of cellsOf(box)) {
      for (const other of this.cells.get(cell) ?? []) {
        const isBeside = box.right <= other.left || box.left >= other.right;
        if (!isBeside && box.bottom > other.top && box.top < other.bottom) return true;
      }
    }
    return false;
  }
}

function* cellsOf({ left, top, right, bottom }: Box): Generator<number> {
  for (let row = Math.floor(top / CELL); row <= Math.floor(bottom / CELL); row++) {
    for (let column = Math.floor(left / CELL); column <= Math.floor(right / CELL); column++) {
      yield row * 10_000 + column;
    }
  }
}
