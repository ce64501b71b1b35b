/** The topologies that Maelstrom suggests to its nodes. */
export const TOPOLOGIES = ['grid', 'tree4', 'total'] as const;
export type TopologyName = (typeof TOPOLOGIES)[number];

export function neighboursIn(topology: TopologyName, names: readonly string[]): Record<string, string[]> {
  const side = Math.ceil(Math.sqrt(names.length));
  const areLinked = (a: number, b: number): boolean => {
    const [low, high] = a < b ? [a, b] : [b, a];
    if (topology === 'total') return low !== high;
    if (topology === 'tree4') return high > 0 && low === Math.floor((high - 1) / 4);
    return high - low === side || (high - low === 1 && high % side !== 0);
  };
  return Object.fromEntries(names.map((name, a) => [name, names.filter((_, b) => areLinked(a, b))]));
}
