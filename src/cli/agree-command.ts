/** `gossip agree SCENARIO`: real processes and the simulator on one scenario, side by side. */
import { readFile } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { deliveredBy, deliveredIn, hopsIn, modelOf } from '../lab/agree.ts';
import { agreementOf } from '../lab/agreement.ts';
import { calibrate } from '../lab/calibrate.ts';
import { CalibrationSchema, type Calibration } from '../lab/calibration.ts';
import { fitHop } from '../lab/fit-hop.ts';
import { runReal, Stopped, type Machine, type RealRun } from '../lab/real-run.ts';
import { complaintAbout } from '../scenario/schema-complaint.ts';
import type { Delivered } from '../trace/deliveries.ts';
import { wordsOfSystemError } from '../trace/system-error.ts';
import type { AgreeCommandOptions } from './agree-options.ts';
import { agreementSummary, jsonOf } from './agree-report.ts';
import { clusterPlanOf, type ClusterPlan } from './cluster-scenario.ts';
import { onThisMachine } from './on-this-machine.ts';
import { endWithOutput } from './output.ts';
import { pageOf } from './sim-summary.ts';
import { UsageError } from './usage-error.ts';

export async function runAgree(source: string, options: AgreeCommandOptions): Promise<void> {
  endWithOutput();
  const { repeat, seeds, calibration: file, ...rest } = options;
  const plan = await clusterPlanOf(source, { ...rest, json: true, tui: false });
  const { scenario } = plan;
  if (scenario.nodes < 2) throw new UsageError(`${source}: nodes: expected at least 2, got ${scenario.nodes}`);
  const given = file === undefined ? undefined : await readCalibration(file);
  const agreed = await onThisMachine(options.basePort, async (machine) => {
    const calibration = given ?? (await calibrate(scenario, machine));
    const runs = await playReal(plan, repeat, machine);
    const simulated = await playSimulated(plan, runs, seeds, calibration, machine);
    const agreement = agreementOf(runs.map(deliveredBy), simulated);
    // Over links that are made slow it is their delay, mostly.
    const hopMs = plan.isNetworkReal ? hopsIn(runs) : undefined;
    return { scenario, repeat, seeds, calibration, agreement, ...(hopMs !== undefined && { hopMs }) };
  });
  const { stdout } = process;
  stdout.write(options.json ? `${JSON.stringify(jsonOf(agreed))}\n` : agreementSummary(agreed, pageOf(stdout)));
  if (!agreed.agreement.isMet) process.exitCode = 1;
}

async function readCalibration(file: string): Promise<Calibration> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const isText = error instanceof SyntaxError;
    throw new UsageError(`cannot read ${file}: ${isText ? 'it is not JSON' : wordsOfSystemError(error)}`);
  }
  const wrong = complaintAbout(CalibrationSchema, value);
  if (wrong !== undefined) throw new UsageError(`${file}: ${wrong}`);
  return value as Calibration;
}

async function playReal(
  { scenario, isNetworkReal }: ClusterPlan,
  repeat: number,
  machine: Machine,
): Promise<RealRun[]> {
  const runs: RealRun[] = [];
  for (let again = 0; again < repeat; again++) {
    const seeded = { ...scenario, seed: scenario.seed + again };
    const run = await runReal({ scenario: seeded, isNetworkReal }, machine);
    if (run.missedEvents > 0) machine.say(`gossip: ${run.missedEvents} events came too fast to be taken`);
    runs.push(run);
  }
  return runs;
}

/** Group after group, each with a run for each real one. */
async function playSimulated(
  { scenario, isNetworkReal }: ClusterPlan,
  runs: readonly RealRun[],
  seeds: number,
  calibration: Calibration,
  { say, stopped }: Machine,
): Promise<Delivered[]> {
  let isStopped = false;
  void stopped.then(() => (isStopped = true));
  const fit = fitHop(calibration);
  const models = runs.map((run) => modelOf(run, isNetworkReal, calibration, fit));
  const simulated: Delivered[] = [];
  say(`simulated: ${seeds * runs.length} runs …`);
  for (let group = 0; group < seeds; group++) {
    for (const model of models) {
      simulated.push(deliveredIn({ ...model, seed: scenario.seed + simulated.length }));
      await turn();
      if (isStopped) throw new Stopped('stopped before its end');
    }
  }
  return simulated;
}
