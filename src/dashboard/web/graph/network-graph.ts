/** The network drawn by sigma: nodes and links of the moment shown, where the calm layout has them. */
import { UndirectedGraph } from 'graphology';
import Sigma from 'sigma';
import type { NetworkState } from '../../model/network-state.ts';
import { CalmLayout, type Point } from './calm-layout.ts';
import type { Coloring, GraphColors, Look } from './coloring.ts';

/** Of the way that is left, in a millisecond: nodes glide to where the layout wants them. */
const GLIDE = 1 / 150;
const LAYOUT_BUDGET_MS = 5;
const MAX_SIZE = 9;
/** Nearer than this in the layout's units, it is there. */
const THERE = 0.05;

interface NodeAttributes extends Point {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly color: string;
  readonly label: string;
  readonly hidden: boolean;
  readonly forceLabel: boolean;
}

export class NetworkGraph {
  private readonly graph = new UndirectedGraph<NodeAttributes>();
  private readonly layout = new CalmLayout();
  private readonly sigma: Sigma<NodeAttributes>;
  private looks: Look[] = [];
  private isGliding = false;
  private sinceMovedMs = 0;

  constructor(
    container: HTMLElement,
    private colors: GraphColors,
    onNode: (number: number | undefined) => void,
    onRender: () => void,
  ) {
    this.sigma = new Sigma(this.graph, container, {
      allowInvalidContainer: true,
      zIndex: true,
      minEdgeThickness: 0.6,
      labelFont: 'system-ui, sans-serif',
      labelSize: 11,
      labelDensity: 0.6,
      labelGridCellSize: 90,
      labelRenderedSizeThreshold: 4,
      labelColor: { attribute: 'labelColor', color: colors['ink-soft'] },
      defaultDrawNodeHover: (context, data) => this.drawHover(context, data),
      stagePadding: 46,
    });
    this.sigma.on('clickNode', ({ node }) => onNode(Number(node)));
    this.sigma.on('clickStage', () => onNode(undefined));
    // Its style shows the layers for what is pointed at only then.
    this.sigma.on('enterNode', () => container.classList.add('is-pointing'));
    this.sigma.on('leaveNode', () => container.classList.remove('is-pointing'));
    this.sigma.on('afterRender', onRender);
  }

  close(): void {
    this.sigma.kill();
  }

  setColors(colors: GraphColors): void {
    this.colors = colors;
    this.sigma.setSetting('labelColor', { color: colors['ink-soft'] });
  }

  /** To the box that it is in now. */
  resize(): void {
    this.sigma.refresh({ skipIndexation: true });
  }

  /** `isWave`: links step back behind the way that an update took */
  show(scene: {
    readonly state: NetworkState;
    readonly newest: NetworkState;
    readonly isComplete: boolean;
    readonly coloring: Coloring;
    readonly chosen: number | undefined;
    readonly isWave: boolean;
  }): void {
    const { state, newest, coloring, chosen, isWave } = scene;
    this.layout.follow(newest, scene.isComplete);
    const usual = usualSize(newest.nodes.length);
    this.looks = [];
    for (const { number } of newest.nodes) {
      const node = state.nodes[number];
      const look = node === undefined ? undefined : coloring.lookOf(node);
      if (look !== undefined) this.looks[number] = look;
      const attributes = {
        size: usual * (look?.scale ?? 1) * (number === chosen ? 1.25 : 1),
        color: look?.color ?? this.colors.idle,
        label: look?.label ?? '',
        hidden: look === undefined,
        forceLabel: number === chosen,
      };
      if (!this.graph.hasNode(number)) {
        this.graph.addNode(number, { ...pointOf(this.layout.positionOf(number)), ...attributes });
      } else if (differs(attributes, this.graph.getNodeAttributes(number))) {
        this.graph.mergeNodeAttributes(number, attributes);
      }
    }
    this.showLinks(state, isWave);
  }

  /**
   * A frame later. Where it may not be drawn, the layout goes on for itself.
   *
   * @returns whether anything has moved
   */
  step(elapsedMs: number, isInstant: boolean, mayDraw: boolean): boolean {
    if (this.layout.step(LAYOUT_BUDGET_MS)) this.isGliding = true;
    this.sinceMovedMs += elapsedMs;
    if (!this.isGliding || !mayDraw) return false;
    const part = isInstant ? 1 : 1 - Math.exp(-this.sinceMovedMs * GLIDE);
    this.sinceMovedMs = 0;
    let farthest = 0;
    this.graph.updateEachNodeAttributes((node, attributes) => {
      const target = this.layout.positionOf(Number(node));
      const [dx, dy] = [target.x - attributes.x, target.y - attributes.y];
      farthest = Math.max(farthest, Math.abs(dx), Math.abs(dy));
      return { ...attributes, x: attributes.x + dx * part, y: attributes.y + dy * part };
    });
    this.isGliding = farthest > THERE;
    return true;
  }

  lookOf(number: number): Look | undefined {
    return this.looks[number];
  }

  /** In the pixels of the container; undefined for a node that is not drawn. */
  pointOf(number: number): Point | undefined {
    if (this.looks[number] === undefined || !this.graph.hasNode(number)) return undefined;
    return this.sigma.graphToViewport(this.graph.getNodeAttributes(number));
  }

  /** In pixels. */
  radiusOf(number: number): number {
    const data = this.sigma.getNodeDisplayData(number);
    return data === undefined ? 0 : this.sigma.scaleSize(data.size);
  }

  /** Of a node or of what is on its way to it: the more nodes, the smaller. */
  get scale(): number {
    return usualSize(this.graph.order) / MAX_SIZE;
  }

  zoom(by: 'in' | 'out' | 'all'): void {
    const camera = this.sigma.getCamera();
    if (by === 'in') void camera.animatedZoom({ duration: 150 });
    else if (by === 'out') void camera.animatedUnzoom({ duration: 150 });
    else void camera.animatedReset({ duration: 150 });
  }

  private showLinks(state: NetworkState, isWave: boolean): void {
    const { graph, colors } = this;
    const wanted = new Map<string, boolean>();
    for (const { number, peers } of state.nodes) {
      for (const [peer, kind] of peers) {
        const key = number < peer ? `${number} ${peer}` : `${peer} ${number}`;
        wanted.set(key, kind === 'eager' || wanted.get(key) === true);
      }
    }
    for (const key of graph.edges()) if (!wanted.has(key)) graph.dropEdge(key);
    for (const [key, isEager] of wanted) {
      const isStrong = isEager && !isWave;
      const attributes = {
        size: isEager ? 2.4 : 0.8,
        color: isStrong ? colors['link-eager'] : colors['link-lazy'],
        zIndex: isEager ? 1 : 0,
      };
      const [a, b] = key.split(' ') as [string, string];
      if (graph.hasEdge(key)) {
        if (differs(attributes, graph.getEdgeAttributes(key))) graph.mergeEdgeAttributes(key, attributes);
      } else if (graph.hasNode(a) && graph.hasNode(b)) graph.addEdgeWithKey(key, a, b, attributes);
    }
  }

  private drawHover(
    context: CanvasRenderingContext2D,
    data: { readonly x: number; readonly y: number; readonly size: number; readonly label: string | null },
  ): void {
    const { colors } = this;
    const text = data.label ?? '';
    context.font = '600 12px system-ui, sans-serif';
    const width = context.measureText(text).width;
    const x = data.x + data.size + 5;
    context.fillStyle = colors.raised;
    context.strokeStyle = colors['line-strong'];
    context.beginPath();
    context.roundRect(x, data.y - 11, width + 14, 22, 5);
    context.fill();
    context.stroke();
    context.fillStyle = colors.ink;
    context.fillText(text, x + 7, data.y + 4);
    context.beginPath();
    context.arc(data.x, data.y, data.size + 2.5, 0, 2 * Math.PI);
    context.strokeStyle = colors.ink;
    context.lineWidth = 1.5;
    context.stroke();
  }
}

function usualSize(nodes: number): number {
  return Math.max(2.5, Math.min(MAX_SIZE, 60 / Math.sqrt(Math.max(nodes, 1))));
}

/** Whatever is written to the graph has all of it drawn anew, and that is what a frame costs. */
function differs<Part extends object>(wanted: Part, present: Partial<Part>): boolean {
  return (Object.keys(wanted) as (keyof Part)[]).some((name) => wanted[name] !== present[name]);
}

function pointOf({ x, y }: Point): Point {
  return { x, y };
}
