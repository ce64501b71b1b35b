/**
 * Drawn over the graph: what is chosen, selected and pointed at, and messages on their way. Of a chosen update every copy at its
 * place at the moment shown, with the way it has taken; else each delivery as a short flash.
 */
import type { Address, Millis } from '../../../trace/views.ts';
import type { Copy, Delivery, DisseminationHistory } from '../../../trace/dissemination-history.ts';
import type { NetworkState } from '../../model/network-state.ts';
import type { Point } from './layout.ts';
import { hopColor, type GraphColors } from './coloring.ts';
import type { NetworkGraph } from './network-graph.ts';

/** Of the viewer's time, that a copy that ends in nothing stays in sight. */
const LINGER_MS = 500;
const FLASH_MS = 450;
/** More at a time than can be told apart. */
const MAX_FLASHES = 250;

interface Flash {
  readonly from: number;
  readonly to: number;
  readonly isFirst: boolean;
  readonly startedAt: number;
}

export interface Scene {
  readonly state: NetworkState;
  readonly history: DisseminationHistory | undefined;
  readonly atMs: Millis;
  readonly speed: number;
  readonly chosen: number | undefined;
  readonly selected: ReadonlySet<Address>;
  readonly hovered: number | undefined;
  readonly lasso: readonly Point[];
}

export class Overlay {
  private flashes: Flash[] = [];

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly graph: NetworkGraph,
    public colors: GraphColors,
  ) {}

  get hasFlashes(): boolean {
    return this.flashes.length > 0;
  }

  flash(from: number, to: number, isFirst: boolean, now: number): void {
    if (this.flashes.length < MAX_FLASHES) this.flashes.push({ from, to, isFirst, startedAt: now });
  }

  draw(scene: Scene, width: number, height: number, now: number): void {
    const { context } = this;
    context.clearRect(0, 0, width, height);
    context.lineCap = 'round';
    if (scene.history !== undefined) {
      this.drawWays(scene, scene.history);
      this.drawCopies(scene, scene.history);
      this.flashes = [];
    } else {
      this.drawFlashes(now);
    }
    this.drawMarks(scene);
  }

  /** The infection tree as far as it has come. */
  private drawWays({ state, atMs }: Scene, history: DisseminationHistory): void {
    const { context, colors } = this;
    context.lineWidth = 1 + 1.2 * this.graph.scale;
    for (const delivery of history.deliveries) {
      if (delivery.at > atMs) break;
      if (delivery.until !== undefined && delivery.until <= atMs) continue;
      const line = this.lineOf(state, delivery.via, delivery.node);
      if (line === undefined) continue;
      context.strokeStyle = hopColor(delivery.hops, colors);
      context.setLineDash(isRepair(delivery) ? [2, 5] : []);
      this.stroke(line);
    }
    context.setLineDash([]);
  }

  private drawCopies({ state, atMs, speed }: Scene, history: DisseminationHistory): void {
    const linger = LINGER_MS * speed;
    for (const copy of history.copies()) {
      const { sentAt = copy.endedAt, endedAt } = copy;
      if (sentAt === undefined || sentAt > atMs) continue;
      if (endedAt !== undefined && endedAt + linger < atMs) continue;
      const line = this.lineOf(state, copy.from, copy.to);
      if (line !== undefined)
        this.drawCopy(copy, line, progressOf(copy, sentAt, atMs, linger), atMs > (endedAt ?? Infinity));
    }
  }

  private drawCopy(copy: Copy, [from, to]: readonly [Point, Point], part: number, hasEnded: boolean): void {
    const { context, colors } = this;
    const isLost = copy.outcome === 'lost' || copy.outcome === 'unanswered';
    const isNeeded = copy.outcome === 'first' || copy.outcome === 'underway' || copy.outcome === 'arrived';
    if (hasEnded && isNeeded) return;
    const way = isLost ? part * 0.5 : part;
    const x = from.x + (to.x - from.x) * way;
    const y = from.y + (to.y - from.y) * way;
    context.strokeStyle = isLost ? colors.bad : isNeeded ? colors.accent : colors.warn;
    context.fillStyle = isNeeded ? colors.accent : colors.surface;
    context.lineWidth = isNeeded ? 2 : 1.25;
    if (!hasEnded) {
      context.setLineDash(isNeeded ? [] : [2, 3]);
      this.stroke([from, { x, y }]);
      context.setLineDash([]);
    }
    context.lineWidth = 1.75;
    const radius = 1.5 + 3 * this.graph.scale;
    if (isLost) return this.cross(x, y, radius);
    context.beginPath();
    if (copy.means === 'push') context.arc(x, y, isNeeded ? radius : radius * 0.8, 0, 2 * Math.PI);
    else context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
    context.fill();
    context.stroke();
  }

  private drawFlashes(now: number): void {
    const { context, colors, graph } = this;
    this.flashes = this.flashes.filter(({ startedAt }) => now - startedAt < FLASH_MS);
    for (const { from, to, isFirst, startedAt } of this.flashes) {
      const [a, b] = [graph.pointOf(from), graph.pointOf(to)];
      if (a === undefined || b === undefined) continue;
      const part = (now - startedAt) / FLASH_MS;
      context.globalAlpha = 1 - part * part;
      context.strokeStyle = isFirst ? colors.accent : colors.warn;
      context.fillStyle = isFirst ? colors.accent : colors.surface;
      context.lineWidth = 1.25;
      context.beginPath();
      context.arc(a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part, isFirst ? 3 : 2.5, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  /** What is chosen, selected and pointed at. */
  private drawMarks({ state, chosen, selected, hovered, lasso }: Scene): void {
    const { context, colors } = this;
    context.strokeStyle = colors.ink;
    context.lineWidth = 2;
    if (chosen !== undefined) this.ring(chosen, 3);
    context.strokeStyle = colors.accent;
    context.lineWidth = 2.5;
    for (const address of selected) {
      const number = state.find(address)?.number;
      if (number !== undefined) this.ring(number, 3);
    }
    if (hovered !== undefined) this.drawHovered(hovered);
    const [first, ...rest] = lasso;
    if (first === undefined) return;
    context.beginPath();
    context.moveTo(first.x, first.y);
    for (const { x, y } of rest) context.lineTo(x, y);
    context.closePath();
    context.globalAlpha = 0.12;
    context.fillStyle = colors.accent;
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 1.5;
    context.setLineDash([4, 3]);
    context.stroke();
    context.setLineDash([]);
  }

  private ring(number: number, gap: number): void {
    const at = this.graph.pointOf(number);
    if (at === undefined) return;
    this.context.beginPath();
    this.context.arc(at.x, at.y, Math.max(this.graph.radiusOf(number), 3) + gap, 0, 2 * Math.PI);
    this.context.stroke();
  }

  private drawHovered(number: number): void {
    const { context, colors, graph } = this;
    const at = graph.pointOf(number);
    if (at === undefined) return;
    const text = graph.lookOf(number)?.label ?? '';
    context.font = '600 12px system-ui, sans-serif';
    const width = Math.min(context.measureText(text).width, 260) + 14;
    const radius = graph.radiusOf(number) + 5;
    // On the side where there is room.
    const x = at.x + radius + width < context.canvas.clientWidth ? at.x + radius : at.x - radius - width;
    context.fillStyle = colors.raised;
    context.strokeStyle = colors['line-strong'];
    context.lineWidth = 1;
    context.beginPath();
    context.roundRect(x, at.y - 11, width, 22, 5);
    context.fill();
    context.stroke();
    context.fillStyle = colors.ink;
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    context.fillText(text, x + 7, at.y, width - 14);
    context.strokeStyle = colors.ink;
    context.lineWidth = 1.5;
    this.ring(number, 2.5);
  }

  private lineOf(state: NetworkState, from: Address, to: Address): readonly [Point, Point] | undefined {
    const [a, b] = [state.find(from), state.find(to)];
    if (a === undefined || b === undefined || a === b) return undefined;
    const [start, end] = [this.graph.pointOf(a.number), this.graph.pointOf(b.number)];
    return start === undefined || end === undefined ? undefined : [start, end];
  }

  private stroke([from, to]: readonly [Point, Point]): void {
    this.context.beginPath();
    this.context.moveTo(from.x, from.y);
    this.context.lineTo(to.x, to.y);
    this.context.stroke();
  }

  private cross(x: number, y: number, size: number): void {
    this.stroke([
      { x: x - size, y: y - size },
      { x: x + size, y: y + size },
    ]);
    this.stroke([
      { x: x - size, y: y + size },
      { x: x + size, y: y - size },
    ]);
  }
}

function isRepair({ means }: Delivery): boolean {
  return means !== 'push';
}

/** From 0 at its sender to 1. What ends the moment it is sent (lost) has the time that it lingers; what has not ended is half way. */
function progressOf({ endedAt }: Copy, sentAt: Millis, atMs: Millis, linger: Millis): number {
  if (endedAt === undefined) return 0.5;
  const took = endedAt > sentAt ? endedAt - sentAt : linger;
  return took <= 0 ? 1 : Math.min(1, (atMs - sentAt) / took);
}
