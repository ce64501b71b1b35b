/** What a mouse, a pen or fingers do to the graph: choose, select, lasso, move, zoom. The keyboard has the table of nodes. */
import type { Point } from './layout.ts';
import type { NetworkGraph } from './network-graph.ts';

export interface PointingHost {
  /** Does a plain press select? Else it takes Shift. */
  isSelecting(): boolean;
  choose(node: number | undefined): void;
  /** Adds it, or takes it out. */
  toggle(node: number): void;
  select(nodes: readonly number[]): void;
  /** Something looks different now. */
  changed(): void;
}

/** Less is a click with an unsteady hand. */
const MOVED_PX = 4;
const FINGER_PX = 14;
const MOUSE_PX = 4;
/** Of a turn of the wheel by one pixel. */
const WHEEL_ZOOM = 0.0018;
const MAX_LASSO_POINTS = 500;

export class Pointing {
  hovered: number | undefined;
  lasso: Point[] = [];
  private readonly pointers = new Map<number, Point>();
  private startedAt: Point | undefined;
  private isLasso = false;
  private hasMoved = false;

  constructor(
    private readonly box: HTMLElement,
    private readonly graph: NetworkGraph,
    private readonly host: PointingHost,
  ) {}

  /** @returns how to end it */
  listen(): () => void {
    const ended = new AbortController();
    const { signal } = ended;
    const { box } = this;
    box.addEventListener('pointerdown', (event) => this.onDown(event), { signal });
    box.addEventListener('pointermove', (event) => this.onMove(event), { signal });
    box.addEventListener('pointerup', (event) => this.onUp(event, true), { signal });
    box.addEventListener('pointercancel', (event) => this.onUp(event, false), { signal });
    box.addEventListener('pointerleave', () => this.hover(undefined), { signal });
    box.addEventListener('wheel', (event) => this.onWheel(event), { signal, passive: false });
    return () => ended.abort();
  }

  private onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    const at = this.pointOf(event);
    this.box.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, at);
    if (this.pointers.size > 1) {
      // A second finger: neither a click nor a lasso.
      this.hasMoved = true;
      this.endLasso();
      return;
    }
    this.startedAt = at;
    this.hasMoved = false;
    this.isLasso = event.shiftKey || this.host.isSelecting();
  }

  private onMove(event: PointerEvent): void {
    const at = this.pointOf(event);
    const before = this.pointers.get(event.pointerId);
    if (before === undefined || this.startedAt === undefined) return this.hover(this.graph.nodeAt(at, MOUSE_PX));
    if (!this.hasMoved && Math.hypot(at.x - this.startedAt.x, at.y - this.startedAt.y) < MOVED_PX) return;
    if (!this.hasMoved && this.isLasso) this.lasso = [this.startedAt];
    this.hasMoved = true;
    if (this.pointers.size > 1) this.pinch(event.pointerId, at);
    else if (!this.isLasso) this.graph.camera.moveBy(at.x - before.x, at.y - before.y);
    else if (this.lasso.length < MAX_LASSO_POINTS) this.lasso.push(at);
    this.pointers.set(event.pointerId, at);
    if (!this.isLasso) this.graph.moved();
    this.host.changed();
  }

  private onUp(event: PointerEvent, isDone: boolean): void {
    if (!this.pointers.delete(event.pointerId)) return;
    if (this.pointers.size > 0) return;
    if (isDone && !this.hasMoved) this.press(event);
    else if (isDone && this.lasso.length > 2) this.host.select(this.graph.nodesIn(this.lasso));
    this.startedAt = undefined;
    this.endLasso();
  }

  private press(event: PointerEvent): void {
    const node = this.graph.nodeAt(this.pointOf(event), event.pointerType === 'touch' ? FINGER_PX : MOUSE_PX);
    if (!this.isLasso) this.host.choose(node);
    else if (node !== undefined) this.host.toggle(node);
  }

  private pinch(moving: number, at: Point): void {
    const others = [...this.pointers].filter(([id]) => id !== moving);
    const [, other] = others[0]!;
    const before = this.pointers.get(moving)!;
    const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
    const [was, is] = [before, at].map((point) => Math.hypot(point.x - other.x, point.y - other.y)) as [number, number];
    this.graph.camera.zoomAt(is / Math.max(was, 1), middle);
    this.graph.camera.moveBy((at.x - before.x) / 2, (at.y - before.y) / 2);
    this.graph.moved();
  }

  private onWheel(event: WheelEvent): void {
    event.preventDefault();
    const px = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
    this.graph.camera.zoomAt(Math.exp(-px * WHEEL_ZOOM), this.pointOf(event));
    this.graph.moved();
    this.host.changed();
  }

  private hover(node: number | undefined): void {
    if (node === this.hovered) return;
    this.hovered = node;
    this.box.classList.toggle('is-pointing', node !== undefined);
    this.host.changed();
  }

  private endLasso(): void {
    if (this.lasso.length > 0) this.host.changed();
    this.lasso = [];
    this.isLasso = false;
  }

  private pointOf({ clientX, clientY }: MouseEvent): Point {
    const { left, top } = this.box.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }
}
