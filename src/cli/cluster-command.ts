/** `gossip cluster [SCENARIO]`: a network of processes on this machine, on a screen or as lines; measured where it has an end. */
import type { Watch } from '../cluster/channel.ts';
import { ClusterView, PAGE, SCREEN } from '../cluster/cluster-view.ts';
import { Cluster } from '../cluster/cluster.ts';
import { Knowledge } from '../cluster/knowledge.ts';
import { ClusterMeasures, EVERYTHING, MEASURED, type ClusterMeasured } from '../cluster/measure-cluster.ts';
import { playScenario } from '../cluster/play-scenario.ts';
import { DEFAULT_PARAMETERS } from '../core/index.ts';
import type { RunningDashboard } from '../dashboard/server/serve-dashboard.ts';
import type { Fault } from '../scenario/scenario.ts';
import { amountText, bytesText } from '../text/numbers.ts';
import { spanText } from '../text/spans.ts';
import type { NetworkNode } from '../trace/views.ts';
import { AskedToStop, EXIT_CODES } from './asked-to-stop.ts';
import { clusterSummaryOf } from './cluster-report.ts';
import { clusterPlanOf, type ClusterPlan } from './cluster-scenario.ts';
import { faultWords } from '../scenario/fault-words.ts';
import type { ClusterCommandOptions } from './main.ts';
import { endWithOutput, printed, whenClosed } from './output.ts';
import { measuresOf, rounded, type MeasuredRun } from './sim-report.ts';
import { pageOf } from './sim-summary.ts';
import { readTls, type TlsOptions } from '../http/tls-files.ts';
import { tlsErrorOf, tlsFlagsOf, tlsOptionsOf } from './tls-options.ts';
import { TraceFile } from './trace-file.ts';
import { UsageError } from './usage-error.ts';

const HOST = '127.0.0.1';
const LOOK_EVERY_MS = 50;
/** Whoever reads a record while it grows sees it move. */
const FLUSH_EVERY_MS = 500;

export async function runCluster(source: string | undefined, options: ClusterCommandOptions): Promise<void> {
  if (options.json && options.record === '-') throw new UsageError('--json and --record - both want standard output');
  const plan = await clusterPlanOf(source, options);
  const { record } = options;
  const trace = record === undefined ? undefined : await TraceFile.create(record, plan.isEndless);
  const stdoutClosed = whenClosed();
  const out = record === '-' ? process.stderr : process.stdout;
  if (record === '-') endWithOutput(process.stderr);
  const asked = new AskedToStop();
  const hasScreen = wantsScreen(options);
  const cluster = clusterOf(plan, options, hasScreen);
  const knowledge = new Knowledge(cluster.addresses);
  cluster.subscribe((event) => knowledge.observe(event));
  const run = new ClusterRun(plan, cluster, knowledge, trace, { isTold: !hasScreen, out });
  let dashboard: RunningDashboard | undefined;
  try {
    const view = hasScreen || options.dashboard !== undefined ? new ClusterView(cluster, knowledge) : undefined;
    if (view && options.dashboard !== undefined) dashboard = await openPage(view, options.dashboard);
    void run.start();
    const shown = view && hasScreen ? showScreen(view) : run.tell();
    const unrecorded = trace === undefined ? [] : [trace.failed];
    await Promise.race([asked.asked, stdoutClosed, cluster.failure, shown, run.ended, ...unrecorded]);
    asked.stopListening();
    await run.finish(options.json);
  } catch (error) {
    const line = (error as Error).message;
    throw / is taken$|^gossip: keyring /.test(line) ? new UsageError(line.replace(/^gossip: /, '')) : error;
  } finally {
    await Promise.all([dashboard?.close(), cluster.stop()]);
  }
  // A second signal, or a run that was cut short, is for whoever waits for us to know.
  process.exit(asked.signal === undefined || plan.isEndless ? 0 : EXIT_CODES[asked.signal]);
}

function wantsScreen({ tui, json, record }: ClusterCommandOptions): boolean {
  const isTerminal = process.stdout.isTTY && process.stdin.isTTY && process.env['TERM'] !== 'dumb';
  return tui && isTerminal && !json && record !== '-';
}

function clusterOf(
  { scenario, isNetworkReal, isEndless }: ClusterPlan,
  options: ClusterCommandOptions,
  hasScreen: boolean,
): Cluster {
  const { seed, basePort, updates, json, dashboard, keyring } = options;
  const isWatched = hasScreen || dashboard !== undefined;
  const tls = tlsOptionsOf(options);
  if (tls !== undefined) checkTls(tls);
  const isSeeded = seed !== undefined || scenario.name !== 'cluster' || updates !== undefined || json;
  return new Cluster(scenario, {
    host: HOST,
    basePort,
    command: [process.execPath, process.argv[1] as string, ...(tls === undefined ? [] : tlsFlagsOf(tls))],
    watch: watchOf(options, hasScreen, isEndless),
    isNetworkReal,
    keyring,
    isSeeded,
    isWatched,
  });
}

/** Once here, and not in the words of each node. @throws UsageError */
function checkTls(tls: TlsOptions): void {
  try {
    readTls(tls, HOST);
  } catch (error) {
    throw tlsErrorOf(error as Error) ?? error;
  }
}

function watchOf({ record, dashboard }: ClusterCommandOptions, hasScreen: boolean, isEndless: boolean): Watch {
  if (dashboard !== undefined) return PAGE;
  const kinds = record === undefined ? (hasScreen ? SCREEN : MEASURED).kinds : EVERYTHING.kinds;
  return { kinds, everyMs: (hasScreen || isEndless ? SCREEN : MEASURED).everyMs };
}

async function showScreen(view: ClusterView): Promise<void> {
  const { showNetwork } = await import('./screens.ts');
  return showNetwork(view);
}

/** Its address is told before a screen covers it, and by the screen. */
async function openPage(view: ClusterView, port: number | true): Promise<RunningDashboard> {
  const { showPage } = await import('./cluster-dashboard.ts');
  const page = await showPage(view, port);
  view.dashboardUrl = page.url;
  process.stderr.write(`dashboard: ${page.url}\n`);
  return page;
}

/** One scenario on one cluster, measured where it has an end. */
class ClusterRun {
  /** Resolves at the scenario's end. */
  readonly ended: Promise<void>;
  private readonly measures: ClusterMeasures | undefined;
  private end!: () => void;
  private isWhole = false;

  constructor(
    private readonly plan: ClusterPlan,
    private readonly cluster: Cluster,
    private readonly knowledge: Knowledge,
    private readonly trace: TraceFile | undefined,
    private readonly telling: { readonly isTold: boolean; readonly out: NodeJS.WriteStream & { readonly fd: number } },
  ) {
    this.ended = new Promise((resolve) => {
      this.end = () => {
        this.isWhole = true;
        resolve();
      };
    });
    const record = trace && ((event: object) => trace.add(JSON.stringify(event)));
    if (!plan.isEndless || record) this.measures = new ClusterMeasures(cluster, knowledge, record);
  }

  async start(): Promise<void> {
    const { cluster, plan, trace } = this;
    const flush = (): void => {
      trace?.flush();
      cluster.schedule(cluster.now + FLUSH_EVERY_MS, flush);
    };
    if (trace !== undefined) flush();
    const tellFault = (fault: Fault): void => this.say(`${spanText(cluster.now)}: ${faultWords(fault)}`);
    const played = await playScenario(cluster, plan.scenario, tellFault);
    this.measures?.plan(played, plan.isEndless);
    if (!plan.isEndless) cluster.schedule(played.durationMs, () => this.end());
  }

  /** Tells on stderr how far it has come; without an end, on stdout who likes what once all know. Never resolves. */
  tell(): Promise<never> {
    const { scenario, isEndless } = this.plan;
    const { nodes, join } = scenario;
    this.say(`starting ${nodes} nodes from ${join.how === 'seed' ? 'the seed ' : ''}${this.cluster.addressOf(0)} …`);
    let printed = '';
    let isListening = false;
    let hasJoined = false;
    const look = (): void => {
      const { listeningMs, allKnowAllMs } = this.knowledge;
      if (!isEndless && !isListening && listeningMs !== undefined) {
        isListening = true;
        this.say(`${spanText(listeningMs)}: all listen`);
      }
      if (!isEndless && !hasJoined && allKnowAllMs !== undefined) {
        hasJoined = true;
        this.say(`${spanText(allKnowAllMs)}: all know all`);
      }
      if (isEndless && allKnowAllMs !== undefined) printed = this.printTable(printed, allKnowAllMs);
      this.cluster.schedule(this.cluster.now + LOOK_EVERY_MS, look);
    };
    look();
    return new Promise(() => undefined);
  }

  /** Says what was measured, if anything was. */
  async finish(isJson: boolean): Promise<void> {
    const { cluster, plan, measures, trace } = this;
    if (measures === undefined) return;
    const isWhole = this.isWhole || plan.isEndless;
    const endMs = Math.round(cluster.now);
    // What nobody had planned an end for was as long as it was.
    const scenario = plan.isEndless ? { ...plan.scenario, durationMs: endMs } : plan.scenario;
    const measured = await measures.result();
    await cluster.stop();
    const recorded = await trace?.close(isWhole);
    const run: MeasuredRun & { readonly measured: ClusterMeasured } = {
      scenario,
      parameters: { ...DEFAULT_PARAMETERS, ...scenario.parameters },
      measured,
      ...(!isWhole && { stoppedAtMs: endMs }),
    };
    if (cluster.missedEvents > 0)
      this.say(`gossip: ${cluster.missedEvents} events came too fast to be taken: measures lack them`);
    const { out } = this.telling;
    const json = (): string => `${JSON.stringify(rounded(measuresOf(run)))}\n`;
    await printed(isJson ? json() : clusterSummaryOf(run, pageOf(out)) + recordedText(trace, recorded), out);
  }

  private say(line: string): void {
    if (this.telling.isTold) process.stderr.write(`${line}\n`);
  }

  /** The table whenever all know all again after a change. @returns what it has printed last */
  private printTable(printed: string, allKnowAllMs: number): string {
    const nodes = this.knowledge.nodes();
    const table = nodes.map(lineOf).join('');
    if (table === printed || (printed !== '' && nodes.some(({ knows }) => knows < nodes.length))) return printed;
    const first = printed === '' ? ` (${spanText(allKnowAllMs)} after the first was started)` : '';
    this.telling.out.write(`all ${nodes.length} nodes know all ${nodes.length} favourites${first}\n${table}\n`);
    return table;
  }
}

/** What opens it, ready to be typed; nothing of what went to standard output. */
function recordedText(trace: TraceFile | undefined, name = ''): string {
  if (trace === undefined || trace.path === 'standard output') return '';
  const file = /^[\w./:=,@+-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
  const size = `${amountText(trace.events)} events, ${bytesText(trace.bytes)}`;
  return `\nrecorded in ${name}: ${size}\n  gossip dashboard ${file}\n  gossip trace ${file}\n`;
}

function lineOf({ address, version, favorite }: NetworkNode): string {
  const isBook = typeof favorite === 'object' && favorite !== null && 'book' in favorite;
  const book = isBook && typeof favorite.book === 'string' ? favorite.book : '';
  return `${address}  v${String(version).padEnd(4)}  ${book}\n`;
}
