/** What processes use, from Linux's /proc, so that nothing runs inside them that would not run otherwise. */
import { readdirSync, readFileSync } from 'node:fs';

/** Elsewhere there is nothing to read. */
export const canMeasureProcesses = process.platform === 'linux';

/** CPU that all its threads have used, in milliseconds; of threads that live. 0 for a process that is gone. */
export function cpuMsOf(pid: number): number {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    return tasks.reduce((sum, task) => sum + threadCpuMs(pid, task), 0);
  } catch {
    return 0;
  }
}

function threadCpuMs(pid: number, task: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ', 1)[0]) / 1e6;
  } catch {
    return 0;
  }
}

/**
 * Resident and proportional set size in MiB. The kernel walks all pages of the process for it: milliseconds.
 *
 * @returns `undefined` for a process that is gone
 */
export function memoryMiBOf(pid: number): { rss: number; pss: number } | undefined {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) / 1024;
    return { rss: field('Rss'), pss: field('Pss') };
  } catch {
    return undefined;
  }
}

/** Resident set size in MiB, cheaply; 0 for a process that is gone. */
export function rssMiBOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Bytes that the machine's loopback interface has carried, IP's and TCP's headers included; everybody's. */
export function loopbackBytes(): number {
  return Number(/^\s*lo:\s*(\d+)/m.exec(readFileSync('/proc/net/dev', 'utf8'))?.[1]);
}
