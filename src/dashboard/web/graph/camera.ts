/** From the layout's places (-1 to 1) to the picture's pixels: fitted to its box, then magnified and moved by the viewer. */
import type { Point } from './layout.ts';

const MAX_ZOOM = 20;
/** On a wide box a ring becomes an oval, but stays one. */
const MAX_RING_RATIO = 1.5;

export class Camera {
  zoom = 1;
  private width = 1;
  private height = 1;
  private margin = { x: 1, top: 1, bottom: 1 };
  private offset = { x: 0, y: 0 };
  private radii = { x: 1, y: 1 };

  /** @param margin room for what is drawn around the outermost nodes */
  fit(
    width: number,
    height: number,
    margin: { readonly x: number; readonly top: number; readonly bottom: number },
    isRing: boolean,
  ): void {
    this.width = width;
    this.height = height;
    this.margin = margin;
    const x = Math.max(10, width / 2 - margin.x);
    const y = Math.max(10, (height - margin.top - margin.bottom) / 2);
    this.radii = isRing ? { x: Math.min(x, y * MAX_RING_RATIO), y: Math.min(y, x * MAX_RING_RATIO) } : { x, y };
  }

  pointOf({ x, y }: Point): Point {
    return {
      x: this.middle.x + this.offset.x + x * this.radii.x * this.zoom,
      y: this.middle.y + this.offset.y + y * this.radii.y * this.zoom,
    };
  }

  /** Closer by so much, and what lies at this pixel stays there. */
  zoomAt(factor: number, at: Point = this.middle): void {
    const zoom = Math.max(1, Math.min(MAX_ZOOM, this.zoom * factor));
    const part = zoom / this.zoom;
    const [fromX, fromY] = [at.x - this.middle.x, at.y - this.middle.y];
    this.offset = { x: fromX - (fromX - this.offset.x) * part, y: fromY - (fromY - this.offset.y) * part };
    this.zoom = zoom;
    this.stayInside();
  }

  moveBy(dx: number, dy: number): void {
    this.offset = { x: this.offset.x + dx, y: this.offset.y + dy };
    this.stayInside();
  }

  reset(): void {
    this.zoom = 1;
    this.offset = { x: 0, y: 0 };
  }

  private get middle(): Point {
    const { top, bottom } = this.margin;
    return { x: this.width / 2, y: top + (this.height - top - bottom) / 2 };
  }

  /** The network cannot be lost out of sight. */
  private stayInside(): void {
    const limit = (radius: number, margin: number): number => Math.max(0, radius * this.zoom - radius) + margin;
    const [x, y] = [limit(this.radii.x, this.margin.x), limit(this.radii.y, this.margin.bottom)];
    this.offset = {
      x: this.zoom === 1 ? 0 : Math.max(-x, Math.min(x, this.offset.x)),
      y: this.zoom === 1 ? 0 : Math.max(-y, Math.min(y, this.offset.y)),
    };
  }
}
