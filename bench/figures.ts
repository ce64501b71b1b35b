/** What is measured of each network, by the same definitions, and the table that puts them side by side. */
import { readFileSync } from 'node:fs';
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
  /** On the loopback interface (/proc/net/dev), headers of IP, TCP and UDP included, what idle networks send subtracted. */
  readonly kbPerUpdate?: number;
  /** The same as the nodes' own sockets count it: without the headers of TCP and IP, and without who else uses the interface. */
  readonly kbPerUpdateInSockets?: number;
  /** Of all processes together, idle subtracted. */
  readonly cpuMsPerDelivery?: number;
  readonly cpuMsPerDeliveryUntraced?: number;
  readonly idleCpuMsPerNodePerSecond?: number;
  readonly idleCpuMsPerNodePerSecondUntraced?: number;
  /** While updates spread: of this bench, of the kernel in nobody's name, and of whatever else runs on the machine. */
  readonly othersCpuMsPerSecond?: number;
  readonly rssMiB?: number;
  readonly pssMiB?: number;
  /** Every node publishes at once, until every node has everything. */
  readonly burstMs?: number;
  /** Of all deliveries there should be. */
  readonly burstPercent?: number;
  /** A tenth is killed at once, until every survivor says so of each. */
  readonly killTenthMs?: number;
  readonly falsePositives?: number;
  /** Half is killed at once: later updates that reached all survivors, and when views held none of the dead and were one network. */
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
  ['kbPerUpdateInSockets', "  in the nodes' own sockets: no TCP, no IP", 1],
  ['cpuMsPerDelivery', 'CPU per delivery, ms, idle subtracted', 2],
  ['cpuMsPerDeliveryUntraced', '  with tracing off', 2],
  ['idleCpuMsPerNodePerSecond', 'idle CPU, ms per node and second', 2],
  ['idleCpuMsPerNodePerSecondUntraced', '  with tracing off', 2],
  ['othersCpuMsPerSecond', 'CPU of all others meanwhile, ms a second', 0],
  ['rssMiB', 'RSS per node, MiB, p50', 1],
  ['pssMiB', 'PSS per node, MiB, p50', 1],
  ['burstMs', 'every node publishes at once: all delivered, ms', 0],
  ['burstPercent', '  deliveries, %', 1],
  ['killTenthMs', 'a tenth killed: all survivors know, ms', 0],
  ['falsePositives', '  live nodes said to be down', 0],
  ['killHalfComplete', 'half of all killed: later updates to all', 0],
  ['killHalfUpdates', '  of', 0],
  ['overlayWholeMs', '  no view holds the dead, all reach all, ms', 0],
];

/** No ratios of what is the same for all, or is no property of the network. */
const WITHOUT_RATIO: readonly Name[] = [
  ...(['updates', 'complete', 'killHalfUpdates', 'killHalfComplete', 'burstPercent', 'falsePositives'] as const),
  'othersCpuMsPerSecond',
];

/** Ratios are of the first network to each of the others. */
export function tableOf(networks: ReadonlyMap<string, Figures>): string {
  const [[, first] = ['', {}], ...others] = [...networks];
  const head = ['', ...networks.keys(), ...others.map(([name]) => `ratio to ${name}`)];
  const rows = ROWS.filter(([name]) => [...networks.values()].some((figures) => figures[name] !== undefined));
  const lines = rows.map(([name, label, digits]) => {
    const ratios = others.map(([, figures]) => ratioOf(name, first[name], figures[name]));
    return [label, ...[...networks.values()].map((figures) => textOf(figures[name], digits)), ...ratios];
  });
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function textOf(value: number | undefined, digits: number): string {
  if (value === undefined) return '–';
  return Number.isFinite(value) ? value.toFixed(digits) : 'not in time';
}

function ratioOf(name: Name, value = NaN, other = NaN): string {
  const ratio = value / other;
  return Number.isFinite(ratio) && other !== Infinity && !WITHOUT_RATIO.includes(name) ? `${ratio.toFixed(2)} ×` : '';
}

/** What processes have used up to a moment, or between two; and what the machine has carried and done meanwhile. */
export interface Usage {
  readonly atMs: number;
  readonly cpuMs: number;
  /** Of all that runs on the machine but these processes. */
  readonly othersCpuMs: number;
  readonly bytes: number;
  readonly datagrams: number;
}

export function usageOf(pids: readonly number[]): Usage {
  const cpuMs = pids.reduce((sum, pid) => sum + cpuMsOf(pid), 0);
  const othersCpuMs = machineCpuMs() - cpuMs;
  return { atMs: performance.now(), cpuMs, othersCpuMs, bytes: loopbackBytes(), datagrams: datagramsSent() };
}

/** Per millisecond. */
export function rateBetween(before: Usage, after: Usage): Usage {
  return mapped(between(before, after), (value, { atMs }) => value / atMs);
}

/** @param idle per millisecond */
export function aboveIdle(before: Usage, after: Usage, idle: Usage): Usage {
  const used = between(before, after);
  const above = mapped(used, (value, { atMs }, name) => value - idle[name] * atMs);
  return { ...above, atMs: used.atMs, othersCpuMs: used.othersCpuMs };
}

function between(before: Usage, after: Usage): Usage {
  return mapped(after, (value, _, name) => value - before[name]);
}

function mapped(usage: Usage, map: (value: number, usage: Usage, name: keyof Usage) => number): Usage {
  const { atMs, cpuMs, othersCpuMs, bytes, datagrams } = usage;
  return {
    atMs: map(atMs, usage, 'atMs'),
    cpuMs: map(cpuMs, usage, 'cpuMs'),
    othersCpuMs: map(othersCpuMs, usage, 'othersCpuMs'),
    bytes: map(bytes, usage, 'bytes'),
    datagrams: map(datagrams, usage, 'datagrams'),
  };
}

const MS_PER_TICK = 10;
/** user, nice, system; irq, softirq, steal. */
const BUSY_COLUMNS = [1, 2, 3, 6, 7, 8];

function machineCpuMs(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  const columns = line.split(/\s+/);
  return BUSY_COLUMNS.reduce((sum, column) => sum + Number(columns[column]), 0) * MS_PER_TICK;
}

/** By everybody on this machine: InDatagrams, NoPorts, InErrors, OutDatagrams. */
function datagramsSent(): number {
  const [, values = ''] = readFileSync('/proc/net/snmp', 'utf8').match(/^Udp: (?=\d)(.*)$/m) ?? [];
  return Number(values.split(' ')[3]);
}

export function memoryOf(pids: readonly number[]): { rssMiB: number; pssMiB: number } {
  const used = pids.flatMap((pid) => memoryMiBOf(pid) ?? []);
  return { rssMiB: median(used.map(({ rss }) => rss)), pssMiB: median(used.map(({ pss }) => pss)) };
}

/** 128 bytes of JSON, as every network here is given to spread. */
export function payloadOf(text: string): { readonly book: string } {
  return { book: text.padEnd(128 - '{"book":""}'.length, '.') };
}
