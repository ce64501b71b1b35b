/** What `gossip cluster` tells of a run that had an end: the measures of any host, and what the processes used. */
import type { ClusterMeasured } from '../cluster/measure-cluster.ts';
import { amountText } from '../text/numbers.ts';
import { spanText } from '../text/spans.ts';
import { headOf, rowsOf, type MeasuredRun, type Row } from './sim-report.ts';
import { summaryOf, type Page } from './sim-summary.ts';

export function clusterSummaryOf(run: MeasuredRun & { readonly measured: ClusterMeasured }, page: Page): string {
  const rows = [...rowsOf(run), ...usageRows(run.measured)];
  const foot = 'real processes on one machine: times and CPU depend on what else it does';
  return summaryOf({ head: headOf(run, ''), about: run.scenario.description, rows, foot }, page);
}

function usageRows(measured: ClusterMeasured): Row[] {
  const { listeningMs, joinedMs, cpuMsPerDelivery, idleCpuMsPerNodePerSecond, rssMiB, pssMiB } = measured;
  const rows: Row[] = [];
  const add = (name: string, text: string, note = ''): void =>
    void rows.push({ name, measured: text, theory: '', note });
  if (listeningMs !== undefined) add('all listening', spanText(listeningMs), 'after the first was started');
  if (joinedMs !== undefined) add('all know all', spanText(joinedMs), 'after the first was started');
  if (cpuMsPerDelivery !== undefined) add('CPU per delivery', `${cpuMsPerDelivery.toFixed(2)} ms`, 'idle subtracted');
  if (idleCpuMsPerNodePerSecond !== undefined)
    add('idle CPU', `${idleCpuMsPerNodePerSecond.toFixed(2)} ms/s`, 'a node');
  if (rssMiB !== undefined)
    add('resident memory', `${amountText(rssMiB.p50)} MiB`, `a node; at most ${amountText(rssMiB.max)}`);
  if (pssMiB !== undefined) {
    add(
      'its own share',
      `${amountText(pssMiB.p50)} MiB`,
      `what processes share, divided by them; at most ${amountText(pssMiB.max)}`,
    );
  }
  return rows;
}
