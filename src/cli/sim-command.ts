/** `gossip sim [SCENARIO]`: a scenario in virtual time, in slices so that signals and writes get their turn. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Address } from '../core/index.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { SimulationMeasures } from '../sim/simulation-measures.ts';
import { Simulation, type Observer } from '../sim/simulation.ts';
import { TraceHash } from '../sim/trace-hash.ts';
import type { Measures } from '../trace/measures.ts';
import { AskedToStop, EXIT_CODES, type StopSignal } from './asked-to-stop.ts';
import { loadScenario, shippedScenarios } from './load-scenario.ts';
import type { SimCommandOptions } from './main.ts';
import { SimProgress } from './sim-progress.ts';
import { jsonOf, type SimRun } from './sim-report.ts';
import { pageOf, simSummaryOf, wrapped } from './sim-summary.ts';
import { TraceFile } from './trace-file.ts';
import { endWithOutput } from './output.ts';
import { UsageError } from './usage-error.ts';

/** About a tenth of a second. */
const EVENTS_A_SLICE = 10_000;

export async function runSim(source: string | undefined, options: SimCommandOptions): Promise<void> {
  endWithOutput();
  if (options.trace === '-') endWithOutput(process.stderr);
  if (options.list) return list();
  if (options.json && options.trace === '-') throw new UsageError('--json and --trace - both want standard output');
  const { duration, ...rest } = options;
  const scenario = await loadScenario(source, { ...rest, ...(duration !== undefined && { durationMs: duration }) });
  const trace = options.trace === undefined ? undefined : await TraceFile.create(options.trace);
  const asked = new AskedToStop();
  const run = await simulate(scenario, options, trace, asked);
  asked.stopListening();
  const isWhole = asked.signal === undefined;
  const name = await trace?.close(isWhole);
  if (!isWhole) tellOfTheEnd(asked.signal, run, options.trace === '-' ? undefined : name);
  const out = options.trace === '-' ? process.stderr : process.stdout;
  out.write(options.json ? `${JSON.stringify(jsonOf(run))}\n` : simSummaryOf(run, pageOf(out)));
  if (asked.signal !== undefined) process.exitCode = EXIT_CODES[asked.signal];
}

async function list(): Promise<void> {
  const scenarios = await shippedScenarios();
  const width = Math.max(...scenarios.map(({ name }) => name.length)) + 2;
  for (const { name, description } of scenarios) {
    const lines = wrapped(description, pageOf(process.stdout).width - width);
    process.stdout.write(`${name.padEnd(width)}${lines.join(`\n${' '.repeat(width)}`)}\n`);
  }
}

async function simulate(
  scenario: Scenario,
  options: SimCommandOptions,
  trace: TraceFile | undefined,
  asked: AskedToStop,
): Promise<SimRun> {
  const startedAt = performance.now();
  const measures = new SimulationMeasures(scenario);
  const hash = options.json || trace !== undefined ? new TraceHash() : undefined;
  const simulation = new Simulation(scenario, { observe: observerOf(measures, hash, trace) });
  measures.follow(simulation);
  const progress = new SimProgress(scenario.durationMs, process.stderr, options.json || options.trace === '-');
  let isDone = false;
  while (!isDone && asked.signal === undefined) {
    isDone = simulation.runUntil(scenario.durationMs, EVENTS_A_SLICE);
    progress.tell(simulation.now, simulation.eventsHandled);
    await trace?.drained();
    await turn();
  }
  const wallMs = performance.now() - startedAt;
  progress.clear();
  return {
    scenario,
    parameters: simulation.parameters,
    measured: measures.result(),
    events: simulation.eventsHandled,
    wallMs,
    peakRssMiB: process.resourceUsage().maxRSS / 1024,
    ...(hash !== undefined && { traceHash: hash.toString() }),
    ...(!isDone && { stoppedAtMs: simulation.now }),
  };
}

/** A line of JSON is made of an event only where it is written to a file: it costs as much as the event itself. */
function observerOf(measures: Measures, hash: TraceHash | undefined, trace: TraceFile | undefined): Observer {
  if (hash === undefined) return (time, node, event) => measures.observe(time, node, event);
  return (time: number, node: Address, event) => {
    measures.observe(time, node, event);
    hash.add(time, node, event);
    trace?.add(JSON.stringify({ time, node, ...event }));
  };
}

function tellOfTheEnd(signal: StopSignal | undefined, { stoppedAtMs = 0 }: SimRun, trace: string | undefined): void {
  const where = trace === undefined ? '' : `; the trace up to there is ${trace}`;
  process.stderr.write(`gossip: ${signal} at ${stoppedAtMs} ms of virtual time: measured up to there${where}\n`);
}
