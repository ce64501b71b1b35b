/** `gossip calibrate`: what messages cost between real processes of this machine, measured and told. */
import { calibrate } from '../lab/calibrate.ts';
import type { Calibration, Spread } from '../lab/calibration.ts';
import { spanText } from '../text/spans.ts';
import type { CalibrateCommandOptions } from './calibrate-options.ts';
import { checkPorts, onThisMachine } from './on-this-machine.ts';
import { endWithOutput } from './output.ts';
import { rounded, type Row } from './sim-report.ts';
import { pageOf, summaryOf } from './sim-summary.ts';

export async function runCalibrate(options: CalibrateCommandOptions): Promise<void> {
  endWithOutput();
  const { nodes, strategy, seed = 1, basePort, json } = options;
  checkPorts(nodes, basePort);
  const measured = await onThisMachine(basePort, (machine) =>
    calibrate({ nodes, strategy, parameters: {}, seed }, machine),
  );
  process.stdout.write(json ? `${JSON.stringify(rounded(measured))}\n` : calibrationSummary(measured));
}

function calibrationSummary(measured: Calibration): string {
  const { nodes, strategy, cores, cpuMsPerMessage, burstCpuMsPerMessage } = measured;
  const rows: Row[] = [];
  const add = (name: string, text: string | undefined, note: string): void => {
    if (text !== undefined) rows.push({ name, measured: text, theory: '', note });
  };
  add('a hop', spreadText(measured.hopMs), 'from holding an update to a peer that it was pushed to holding it');
  add('  of it on its way', spreadText(measured.wireMs), 'from its departure until it is handled');
  add('  over a new connection', spreadText(measured.newWireMs), 'the first message between two nodes');
  add('a hop over slow links', spreadText(measured.delayedHopMs), 'beyond the delay they were given');
  add('CPU of a message', cpuText(cpuMsPerMessage), 'of all nodes, while one update spreads at a time');
  add('  in a burst', cpuText(burstCpuMsPerMessage), 'of all nodes, while all publish at once');
  add('a death is noticed', spreadText(measured.refusedMs), 'by a peer: its connection closes, another is refused');
  const head = `${nodes} nodes, ${strategy}, on ${cores} core${cores === 1 ? '' : 's'}`;
  const about = 'What messages cost between real processes of this machine. The simulator knows nothing of it.';
  const foot = 'these depend on the number of nodes and on what else the machine does';
  return summaryOf({ head, about, rows, foot }, pageOf(process.stdout));
}

function spreadText(spread: Spread | undefined): string | undefined {
  if (spread === undefined) return undefined;
  const { p50, p90, p99, count } = spread;
  return `p50 ${spanText(p50)}, p90 ${spanText(p90)}, p99 ${spanText(p99)} of ${count}`;
}

function cpuText(cpuMs: number | undefined): string | undefined {
  return cpuMs === undefined || !Number.isFinite(cpuMs) ? undefined : `${cpuMs.toFixed(2)} ms`;
}
