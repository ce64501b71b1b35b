/** What is measured of each network, by the same definitions, and the table that puts them side by side. */
import { loopbackBytes, cpuMsOf, memoryMiBOf } from '../src/cluster/process-usage.ts';
import { median } from './measured-process.ts';

/** What does not apply to a network is left out. */
export interface Figures {
  /** From the first spawn until the last process listens, and until all know all. */
  readonly listeningMs?: number;
  readonly joinedMs?: number;
  /** Updates that reached every live node, of those published. */
  readonly complete?: number;
  readonly updates?: number;
  /** From publishing until the last node has it. */
  readonly timeToAllMsP50?: number;
  readonly timeToAllMsMax?: number;
  /** Copies of updates sent, by the fewest there can be. */
  readonly payloadPerReceiver?: number;
  /** On the loopback interface, IP's headers included, what idle networks send subtracted. */
  readonly kbPerUpdate?: number;
  /** Of all processes together, idle subtracted. */
  readonly cpuMsPerDelivery?: number;
  readonly cpuMsPerDeliveryUntraced?: number;
  readonly idleCpuMsPerNodePerSecond?: number;
  readonly idleCpuMsPerNodePerSecondUntraced?: number;
  readonly rssMiB?: number;
  readonly pssMiB?: number;
  /** Every node publishes at once, until every node has everything. */
  readonly burstMs?: number;
  /** A tenth is killed at once, until every survivor says so of each. */
  readonly killTenthMs?: number;
  readonly falsePositives?: number;
  /** Half of those left are killed at once: later updates that reached all survivors, and when views held none of the dead and were one network. */
  readonly killHalfComplete?: number;
  readonly killHalfUpdates?: number;
  readonly overlayWholeMs?: number;
}

type Name = keyof Figures;

const ROWS: readonly (readonly [name: Name, label: string, digits: number])[] = [
  ['listeningMs', 'all listening, ms after the first spawn', 0],
  ['joinedMs', 'all know all, ms after the first spawn', 0],
  ['complete', 'updates that reached every node', 0],
  ['updates', '  of', 0],
  ['timeToAllMsP50', 'time to all, ms, p50', 1],
  ['timeToAllMsMax', 'time to all, ms, max', 1],
  ['payloadPerReceiver', 'payload messages / (N - 1)', 3],
  ['kbPerUpdate', 'kB per update on loopback, idle subtracted', 1],
  ['cpuMsPerDelivery', 'CPU per delivery, ms, idle subtracted', 2],
  ['cpuMsPerDeliveryUntraced', '  with tracing off', 2],
  ['idleCpuMsPerNodePerSecond', 'idle CPU, ms per node and second', 2],
  ['idleCpuMsPerNodePerSecondUntraced', '  with tracing off', 2],
  ['rssMiB', 'RSS per node, MiB, p50', 1],
  ['pssMiB', 'PSS per node, MiB, p50', 1],
  ['burstMs', 'every node publishes at once: all delivered, ms', 0],
  ['killTenthMs', 'a tenth killed: all survivors know, ms', 0],
  ['falsePositives', '  live nodes said to be down', 0],
  ['killHalfComplete', 'half of the rest killed: later updates to all', 0],
  ['killHalfUpdates', '  of', 0],
  ['overlayWholeMs', '  overlay whole again, ms', 0],
];

/** Ratios are of the first network to each of the others. */
export function tableOf(networks: ReadonlyMap<string, Figures>): string {
  const [[, first] = ['', {}], ...others] = [...networks];
  const head = ['', ...networks.keys(), ...others.map(([name]) => `ratio to ${name}`)];
  const rows = ROWS.filter(([name]) => [...networks.values()].some((figures) => figures[name] !== undefined));
  const lines = rows.map(([name, label, digits]) => {
    const text = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(digits));
    const ratios = others.map(([, figures]) => ratioOf(name, first[name], figures[name]));
    return [label, ...[...networks.values()].map((figures) => text(figures[name])), ...ratios];
  });
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function ratioOf(name: Name, value: number | undefined, other: number | undefined): string {
  // The floor has nothing to do where nothing happens.
  const isCount = name === 'updates' || name === 'complete' || name.startsWith('idle');
  return value === undefined || other === undefined || other === 0 || isCount ? '' : `${(value / other).toFixed(2)} ×`;
}

/** What processes have used up to a moment. */
export interface Usage {
  readonly atMs: number;
  readonly cpuMs: number;
  readonly bytes: number;
}

export function usageOf(pids: readonly number[]): Usage {
  const cpuMs = pids.reduce((sum, pid) => sum + cpuMsOf(pid), 0);
  return { atMs: performance.now(), cpuMs, bytes: loopbackBytes() };
}

/** Per millisecond. */
export function rateBetween(before: Usage, after: Usage): { cpuMs: number; bytes: number } {
  const ms = after.atMs - before.atMs;
  return { cpuMs: (after.cpuMs - before.cpuMs) / ms, bytes: (after.bytes - before.bytes) / ms };
}

export function memoryOf(pids: readonly number[]): { rssMiB: number; pssMiB: number } {
  const used = pids.flatMap((pid) => memoryMiBOf(pid) ?? []);
  return { rssMiB: median(used.map(({ rss }) => rss)), pssMiB: median(used.map(({ pss }) => pss)) };
}

/** 128 bytes of JSON, as every network here is given to spread. */
export function payloadOf(text: string): { readonly book: string } {
  return { book: text.padEnd(128 - '{"book":""}'.length, '.') };
}
