import type { SmallFastRandom } from './small-fast-random.ts';

/** An undirected graph in compressed rows: the neighbours of `i` are `neighbors[rows[i]]` up to `neighbors[rows[i + 1]]`. */
export interface Graph {
  readonly rows: Int32Array;
  readonly neighbors: Int32Array;
  readonly edges: number;
  readonly largestDegree: number;
}

/**
 * A connected random graph of this mean degree: a random tree (each node, in random order, hangs on one of those before
 * it), then edges between random pairs until there are `nodes × degree / 2`, no pair twice and none of one node.
 * A mean below that of a tree gives the tree; one above the complete graph's gives the complete graph.
 */
export function randomGraph(nodes: number, degree: number, random: SmallFastRandom): Graph {
  const most = (nodes * (nodes - 1)) / 2;
  const edges = Math.min(most, Math.max(nodes - 1, Math.round((nodes * degree) / 2)));
  const drawing = new Drawing(nodes, edges);
  const order = shuffled(nodes, random);
  for (let i = 1; i < nodes; i++) drawing.connect(order[i]!, order[random.below(i)]!);
  // Where most pairs are taken, drawing free ones takes long: then all pairs are gone through instead.
  if (edges > most / 2) connectAnyPairs(drawing, edges, random);
  while (drawing.edges < edges) {
    const [a, b] = [random.below(nodes), random.below(nodes)];
    if (a !== b && !drawing.areConnected(a, b)) drawing.connect(a, b);
  }
  return drawing.graph();
}

/** Half-edges in linked lists, while the graph grows. */
class Drawing {
  edges = 0;
  private readonly first: Int32Array;
  private readonly degrees: Int32Array;
  private readonly next: Int32Array;
  private readonly targets: Int32Array;

  constructor(
    readonly nodes: number,
    edges: number,
  ) {
    this.first = new Int32Array(nodes).fill(-1);
    this.degrees = new Int32Array(nodes);
    this.next = new Int32Array(2 * edges);
    this.targets = new Int32Array(2 * edges);
  }

  connect(a: number, b: number): void {
    this.attach(2 * this.edges, a, b);
    this.attach(2 * this.edges + 1, b, a);
    this.edges++;
  }

  areConnected(a: number, b: number): boolean {
    const [from, to] = this.degrees[a]! < this.degrees[b]! ? [a, b] : [b, a];
    for (let at = this.first[from]!; at >= 0; at = this.next[at]!) if (this.targets[at] === to) return true;
    return false;
  }

  graph(): Graph {
    const rows = new Int32Array(this.nodes + 1);
    const neighbors = new Int32Array(2 * this.edges);
    let largestDegree = 0;
    let end = 0;
    for (let node = 0; node < this.nodes; node++) {
      for (let at = this.first[node]!; at >= 0; at = this.next[at]!) neighbors[end++] = this.targets[at]!;
      rows[node + 1] = end;
      largestDegree = Math.max(largestDegree, this.degrees[node]!);
    }
    return { rows, neighbors, edges: this.edges, largestDegree };
  }

  private attach(at: number, from: number, to: number): void {
    this.targets[at] = to;
    this.next[at] = this.first[from]!;
    this.first[from] = at;
    this.degrees[from] = this.degrees[from]! + 1;
  }
}

function shuffled(nodes: number, random: SmallFastRandom): Int32Array {
  const order = new Int32Array(nodes);
  for (let i = 0; i < nodes; i++) {
    const j = random.below(i + 1);
    order[i] = order[j]!;
    order[j] = i;
  }
  return order;
}

/** Selection sampling (Knuth, Algorithm S): of the pairs that are free, each lot of the size wanted is equally likely. */
function connectAnyPairs(drawing: Drawing, edges: number, random: SmallFastRandom): void {
  const { nodes } = drawing;
  let free = (nodes * (nodes - 1)) / 2 - drawing.edges;
  for (let a = 0; a < nodes; a++) {
    for (let b = 0; b < a; b++) {
      if (drawing.areConnected(a, b)) continue;
      if (random.below(free--) < edges - drawing.edges) drawing.connect(a, b);
    }
  }
}
