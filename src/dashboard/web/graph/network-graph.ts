/**
 * The network drawn on a canvas: nodes and links of the moment shown, where the layout has them. It is drawn anew only when
 * something has changed; what moves all the time lies on the overlay above.
 */
import type { Address } from '../../../trace/views.ts';
import type { NetworkState } from '../../model/network-state.ts';
import type { Sides } from '../../model/partitions.ts';
import { isUp } from '../../model/words.ts';
import { fitCanvas } from '../fit-canvas.ts';
import { Camera } from './camera.ts';
import type { Coloring, GraphColors, Look } from './coloring.ts';
import { Layout, type Point } from './layout.ts';
import { drawLinks, type Link } from './draw-links.ts';
import { LABEL_HEIGHT, placeLabels, type LabelRequest } from './place-labels.ts';

const MAX_RADIUS = 12;
const MIN_RADIUS = 3;
/** Of the room that each node has. */
const RADIUS_PART = 0.1;
const LABEL_FONT = '11px system-ui, sans-serif';
/** Longer ones end in dots. */
const MAX_LABEL_PX = 120;
/** More labels fit nowhere. */
const MAX_LABELS = 300;
/** Nodes that are smaller have no label: nobody could say whose it is. */
const LABELS_FROM_PX = 3.5;
/** A sign is drawn in a node of this size, beside a smaller one. */
const SIGN_INSIDE_PX = 6;
const MAX_TEXTS = 5_000;
/** Below the tools that lie over the picture. */
const TOOLS_PX = 40;

export interface Scene {
  readonly state: NetworkState;
  readonly newest: NetworkState;
  readonly expected: readonly Address[];
  readonly coloring: Coloring;
  readonly chosen: number | undefined;
  readonly selected: ReadonlySet<Address>;
  readonly sides: Sides | undefined;
  /** Links step back behind the way that an update took. */
  readonly isWave: boolean;
}

export class NetworkGraph {
  readonly camera = new Camera();
  private readonly layout: Layout;
  private looks: (Look | undefined)[] = [];
  private scene: Scene | undefined;
  private readonly widths = new Map<string, { readonly text: string; readonly width: number }>();
  private usual = MAX_RADIUS;
  private isDirty = true;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private colors: GraphColors,
    makeWorker: () => Worker,
  ) {
    this.layout = new Layout(makeWorker);
  }

  close(): void {
    this.layout.close();
  }

  setColors(colors: GraphColors): void {
    this.colors = colors;
    this.isDirty = true;
  }

  show(scene: Scene, now: number): void {
    const { state, newest, expected, coloring } = scene;
    this.scene = scene;
    this.layout.follow(newest, expected, now);
    this.looks = newest.nodes.map(({ number }) => {
      const node = state.nodes[number];
      return node === undefined ? undefined : coloring.lookOf(node);
    });
    this.isDirty = true;
  }

  /** A frame later. @returns whether nodes have moved */
  step(elapsedMs: number, isInstant: boolean): boolean {
    const hasMoved = this.layout.step(elapsedMs, isInstant);
    this.isDirty ||= hasMoved;
    return hasMoved;
  }

  /** @returns whether it had to be drawn anew */
  draw(): boolean {
    const { canvas, scene, colors } = this;
    if (!this.isDirty || scene === undefined) return false;
    const { context, width, height } = fitCanvas(canvas);
    if (context === null || width === 0) return false;
    this.isDirty = false;
    this.fit(width, height);
    context.clearRect(0, 0, width, height);
    const points = this.looks.map((_, number) => this.pointOf(number));
    drawLinks(context, this.linksOf(scene), points, {
      colors,
      isWave: scene.isWave,
      nodes: scene.state.nodes.length,
      width: Math.max(1.6, Math.min(2.6, this.usual / 4)) * Math.min(1.5, Math.sqrt(this.camera.zoom)),
    });
    if (scene.sides !== undefined) this.drawSides(context, points, scene.state, scene.sides);
    this.drawNodes(context, points, width, height);
    this.drawLabels(context, points, width, height);
    canvas.dataset['nodes'] = String(scene.state.nodes.length);
    return true;
  }

  lookOf(number: number): Look | undefined {
    return this.looks[number];
  }

  /** In the pixels of the picture; undefined for a node that is not drawn. */
  pointOf(number: number): Point | undefined {
    if (this.looks[number] === undefined) return undefined;
    const place = this.layout.positionOf(number);
    return place === undefined ? undefined : this.camera.pointOf(place);
  }

  /** In pixels. */
  radiusOf(number: number): number {
    return this.usual * Math.sqrt(this.camera.zoom) * (this.looks[number]?.scale ?? 1);
  }

  /** How far the mark of a side reaches beyond its node. */
  private get halo(): number {
    return this.scene?.sides === undefined ? 0 : Math.max(2.5, this.usual * 0.5);
  }

  /** Of a node or of what is on its way to it: the more nodes, the smaller. */
  get scale(): number {
    return this.usual / MAX_RADIUS;
  }

  /** The node at this place, or within so many pixels of it. */
  nodeAt(at: Point, reachPx: number): number | undefined {
    let nearest: number | undefined;
    let least = Infinity;
    for (let number = 0; number < this.looks.length; number++) {
      const point = this.pointOf(number);
      if (point === undefined) continue;
      const distance = Math.hypot(point.x - at.x, point.y - at.y) - this.radiusOf(number);
      if (distance > reachPx || distance >= least) continue;
      nearest = number;
      least = distance;
    }
    return nearest;
  }

  /** The nodes inside of a polygon. */
  nodesIn(polygon: readonly Point[]): number[] {
    return [...this.looks.keys()].filter((number) => {
      const point = this.pointOf(number);
      return point !== undefined && isInside(point, polygon);
    });
  }

  zoom(by: 'in' | 'out' | 'all'): void {
    if (by === 'all') this.camera.reset();
    else this.camera.zoomAt(by === 'in' ? 1.5 : 1 / 1.5);
    this.isDirty = true;
  }

  /** The camera was moved, or the box has another size. */
  moved(): void {
    this.isDirty = true;
  }

  arrange(): void {
    if (this.scene !== undefined) this.layout.arrange(this.scene.newest);
  }

  get isRing(): boolean {
    return this.layout.isRing;
  }

  private fit(width: number, height: number): void {
    const count = Math.max(1, this.looks.length, this.scene?.expected.length ?? 0);
    const room = Math.sqrt((width * height) / count);
    this.usual = Math.max(MIN_RADIUS, Math.min(MAX_RADIUS, RADIUS_PART * room));
    const longest = this.layout.isRing ? Math.max(0, ...this.looks.map((look) => this.labelOf(look?.label).width)) : 0;
    const halo = this.halo;
    const around = this.usual + halo + 6;
    const margin = {
      x: Math.min(width * 0.3, around + (this.layout.isRing ? longest + 4 : 20)),
      top: TOOLS_PX + around + (this.layout.isRing ? LABEL_HEIGHT : 0),
      bottom: around + LABEL_HEIGHT,
    };
    this.camera.fit(width, height, margin, this.layout.isRing);
  }

  private linksOf({ state, sides }: Scene): Link[] {
    const { nodes } = state;
    const links = new Map<number, Link>();
    for (const node of nodes) {
      for (const [peer, kind] of node.peers) {
        const [a, b] = node.number < peer ? [node.number, peer] : [peer, node.number];
        const key = a * nodes.length + b;
        const known = links.get(key);
        if (known?.kind === 'cut' || known?.kind === 'eager') continue;
        const other = nodes[peer];
        if (other === undefined) continue;
        // Nothing crosses it: its other end does not run, or is on the other side.
        const [from, to] = [sides?.get(node.address), sides?.get(other.address)];
        const isCut = !isUp(other) || (from !== undefined && to !== undefined && from !== to);
        links.set(key, { a, b, kind: other.phase === 'unknown' ? kind : isCut ? 'cut' : kind });
      }
    }
    return [...links.values()];
  }

  /** A halo behind each node: filled on one side, a dashed ring on the other. */
  private drawSides(
    context: CanvasRenderingContext2D,
    points: readonly (Point | undefined)[],
    { nodes }: NetworkState,
    sides: Sides,
  ): void {
    for (const side of [0, 1] as const) {
      context.fillStyle = this.colors[side === 0 ? 'side-a' : 'side-b'];
      context.strokeStyle = this.colors[side === 0 ? 'side-a-line' : 'side-b-line'];
      context.lineWidth = 1.25;
      context.setLineDash(side === 0 ? [] : [3, 3]);
      context.beginPath();
      for (const { number, address } of nodes) {
        const point = points[number];
        if (point === undefined || sides.get(address) !== side) continue;
        const radius = this.radiusOf(number) + this.halo;
        context.moveTo(point.x + radius, point.y);
        context.arc(point.x, point.y, radius, 0, 2 * Math.PI);
      }
      context.fill();
      context.stroke();
    }
    context.setLineDash([]);
  }

  private drawNodes(
    context: CanvasRenderingContext2D,
    points: readonly (Point | undefined)[],
    width: number,
    height: number,
  ): void {
    const { colors } = this;
    const groups = new Map<string, number[]>();
    for (const [number, look] of this.looks.entries()) {
      const point = points[number];
      if (look === undefined || point === undefined) continue;
      if (point.x < -20 || point.y < -20 || point.x > width + 20 || point.y > height + 20) continue;
      const key = `${look.color} ${look.isHollow === true}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [number]);
      else group.push(number);
    }
    for (const numbers of groups.values()) {
      const { color, isHollow } = this.looks[numbers[0]!]!;
      context.beginPath();
      for (const number of numbers) {
        const { x, y } = points[number]!;
        const radius = this.radiusOf(number);
        context.moveTo(x + radius, y);
        context.arc(x, y, radius, 0, 2 * Math.PI);
      }
      context.fillStyle = isHollow === true ? colors.surface : color;
      context.fill();
      context.strokeStyle = isHollow === true ? color : colors.paper;
      context.lineWidth = isHollow === true ? Math.max(1.25, this.usual / 6) : 1;
      if (isHollow === true || this.usual > 4) context.stroke();
    }
    this.drawSigns(context, points);
  }

  private drawSigns(context: CanvasRenderingContext2D, points: readonly (Point | undefined)[]): void {
    const { colors } = this;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    for (const [number, look] of this.looks.entries()) {
      const point = points[number];
      if (look?.sign === undefined || point === undefined) continue;
      const radius = this.radiusOf(number);
      const isWithin = look.isHollow === true && radius >= SIGN_INSIDE_PX;
      const x = point.x + (isWithin ? 0 : radius * 0.9);
      const y = point.y - (isWithin ? 0 : radius * 0.9);
      context.font = `700 ${Math.max(10, Math.min(radius * 1.3, 13))}px system-ui, sans-serif`;
      if (!isWithin) {
        context.lineWidth = 3;
        context.strokeStyle = colors.paper;
        context.strokeText(look.sign, x, y);
      }
      context.fillStyle = isWithin ? look.color : colors.ink;
      context.fillText(look.sign, x, y);
    }
  }

  private drawLabels(
    context: CanvasRenderingContext2D,
    points: readonly (Point | undefined)[],
    width: number,
    height: number,
  ): void {
    const { colors, scene } = this;
    const visible = [...this.looks.keys()].filter((number) => points[number] !== undefined);
    const wishes: LabelRequest[] = [];
    const isFirst = (number: number): boolean =>
      number === scene?.chosen || scene?.selected.has(scene.state.nodes[number]?.address ?? '') === true;
    for (const number of [...visible.filter(isFirst), ...visible.filter((number) => !isFirst(number))]) {
      if (wishes.length >= MAX_LABELS) break;
      const { x, y } = points[number]!;
      const radius = this.radiusOf(number);
      if (x < 0 || y < 0 || x > width || y > height || (radius < LABELS_FROM_PX && !isFirst(number))) continue;
      const label = this.labelOf(this.looks[number]?.label);
      if (label.text === '') continue;
      const place = this.layout.positionOf(number)!;
      wishes.push({
        number,
        ...label,
        x,
        y,
        radius: radius + this.halo,
        ...(this.layout.isRing && { outward: place }),
      });
    }
    const bodies = visible.map((number) => ({ ...points[number]!, radius: this.radiusOf(number) + this.halo }));
    context.font = LABEL_FONT;
    context.textAlign = 'left';
    context.lineWidth = 3;
    context.lineJoin = 'round';
    context.strokeStyle = colors.paper;
    context.fillStyle = colors['ink-soft'];
    for (const { text, x, y } of placeLabels(wishes, bodies, width, height)) {
      context.strokeText(text, x, y);
      context.fillText(text, x, y);
    }
  }

  /** Cut so that it fits, and how wide it is. */
  private labelOf(label = ''): { readonly text: string; readonly width: number } {
    const known = this.widths.get(label);
    if (known !== undefined) return known;
    const context = this.canvas.getContext('2d');
    if (context === null) return { text: label, width: 0 };
    context.font = LABEL_FONT;
    let text = label;
    while (text.length > 1 && context.measureText(text).width > MAX_LABEL_PX) text = `${text.slice(0, -2).trimEnd()}…`;
    const measured = { text, width: Math.ceil(context.measureText(text).width) };
    if (this.widths.size >= MAX_TEXTS) this.widths.clear();
    this.widths.set(label, measured);
    return measured;
  }
}

/** By the even-odd rule. */
function isInside({ x, y }: Point, polygon: readonly Point[]): boolean {
  let isIn = false;
  for (const [i, a] of polygon.entries()) {
    const b = polygon.at(i - 1)!;
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) isIn = !isIn;
  }
  return isIn;
}
