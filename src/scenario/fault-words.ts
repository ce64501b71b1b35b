import type { Fault, Selection } from './scenario.ts';

/** A fault in words: `kill 10 nodes`, `partition half of the nodes`. */
export function faultWords(fault: Fault): string {
  switch (fault.do) {
    case 'heal':
      return 'heal the partition';
    case 'lose':
      return `lose ${percent(fault.chance)} of all messages`;
    case 'churn':
      return `kill ${fault.killsPerSecond} nodes a second, each for ${fault.downMs} ms`;
    case 'partition':
      return `cut off ${whom(fault.nodes)}${fault.oneWay ? ', one way' : ''}`;
    case 'restart':
      return `restart ${whom(fault.nodes)}, ${fault.remember ? 'with' : 'without'} memory`;
    default:
      return `${fault.do} ${whom(fault.nodes)}`;
  }
}

function whom(selection: Selection): string {
  if ('count' in selection) return count(selection.count);
  if ('part' in selection) return `${percent(selection.part)} of those it can strike`;
  return count(selection.length);
}

function count(nodes: number): string {
  return nodes === 1 ? '1 node' : `${nodes} nodes`;
}

function percent(part: number): string {
  return `${Math.round(1000 * part) / 10} %`;
}
