/** Lays out a network once, beside the page: from given places, so that the same network always ends the same. */
import { UndirectedGraph } from 'graphology';
import forceAtlas2 from 'graphology-layout-forceatlas2';

export interface LayoutTask {
  readonly starts: readonly (readonly [x: number, y: number])[];
  /** Links, one end after the other, by number. */
  readonly links: readonly number[];
}

const MAX_ITERATIONS = 400;
/** A thousand nodes in about a second. */
const NODE_ITERATIONS = 150_000;
const BARNES_HUT_FROM = 200;
/** Of the nodes, on each side, that are drawn in to the others: one far off does not make all small. */
const OUTLIERS = 0.01;

export function laidOut({ starts, links }: LayoutTask): Float64Array {
  const graph = new UndirectedGraph();
  for (const [number, [x, y]] of starts.entries()) graph.addNode(number, { x: x * 100, y: y * 100 });
  for (let i = 0; i < links.length; i += 2) {
    const [a, b] = [links[i]!, links[i + 1]!];
    if (a !== b && !graph.hasEdge(a, b)) graph.addEdge(a, b);
  }
  const iterations = Math.round(Math.max(100, Math.min(MAX_ITERATIONS, NODE_ITERATIONS / Math.max(1, starts.length))));
  forceAtlas2.assign(graph, {
    iterations,
    settings: {
      ...{ gravity: 1, scalingRatio: 10, slowDown: 1.5 },
      barnesHutOptimize: graph.order > BARNES_HUT_FROM,
    },
  });
  const points = new Float64Array(2 * starts.length);
  for (const axis of ['x', 'y'] as const) {
    const values = starts.map((_, number) => graph.getNodeAttribute(number, axis) as number);
    const sorted = [...values].sort((a, b) => a - b);
    const margin = Math.floor(sorted.length * OUTLIERS);
    const [low, high] = [sorted[margin] ?? 0, sorted.at(-1 - margin) ?? 1];
    const half = Math.max((high - low) / 2, 1e-6);
    for (const [number, value] of values.entries()) {
      points[2 * number + (axis === 'x' ? 0 : 1)] = Math.max(-1, Math.min(1, (value - low) / half - 1));
    }
  }
  return points;
}

// In a worker; a test calls it itself.
if (typeof document === 'undefined' && typeof postMessage === 'function' && typeof addEventListener === 'function') {
  addEventListener('message', ({ data }: MessageEvent<LayoutTask>) => postMessage(laidOut(data)));
}
