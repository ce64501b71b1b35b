/** What `gossip recommend` says: the settings and the claim, what stands behind it, the runners-up, and how to use them. */
import type { Found, Recommendation } from '../lab/recommend.ts';
import { settingsOf, wordsOf, type Candidate, type Objective } from '../lab/objective.ts';
import type { Estimate } from '../lab/statistics.ts';
import { amountText, bytesText, partText } from '../text/numbers.ts';
import { spanText } from '../text/spans.ts';
import { counted } from '../text/words.ts';
import { quantileOf } from '../trace/sample-quantile.ts';

const RUNNERS_UP = 5;
const LABEL_WIDTH = 13;

/** Of an update: from its publication until the last live node holds it. `null`: not within the time that was simulated. */
interface Latency {
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
}

export function recommendJsonOf(objective: Objective, recommendation: Recommendation, wallMs: number): object {
  const { best, runnersUp, ...rest } = recommendation;
  return {
    objective,
    ...rest,
    wallMs: Math.round(wallMs),
    ...(best !== undefined && { best: plain(best) }),
    runnersUp: runnersUp.map(plain),
    ...(best !== undefined && { use: useOf(best.candidate, objective) }),
  };
}

function plain(found: Found): object {
  const { candidate, reliability, pushedAlone, messages, payload, bytes, runs, timesToAllMs } = found;
  const measured = { reliability, latency: latencyOf(found), pushedAlone, messages, payload, bytes };
  return { ...candidate, ...measured, runs, updates: timesToAllMs.length };
}

function latencyOf({ timesToAllMs }: Found): Latency {
  const times = timesToAllMs.map((time) => time ?? Infinity);
  const at = (part: number): number | null => {
    const time = quantileOf(times, part) ?? Infinity;
    return Number.isFinite(time) ? time : null;
  };
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

/** No line but a command is wider than 100 columns. */
export function recommendTextOf(objective: Objective, recommendation: Recommendation, wallMs: number): string {
  const { best, verdict, runnersUp, candidates, runs, updates, virtualMs } = recommendation;
  const simulated =
    `Simulated ${counted(candidates, 'setting')}: ${counted(runs, 'run')}, ${counted(updates, 'update')}, ` +
    `${spanText(virtualMs)} of virtual time in ${spanText(wallMs)}.`;
  const lines = [
    ...verdictLines(objective, recommendation),
    ...(best === undefined ? [] : ['', ...foundLines(objective, best)]),
    ...(runnersUp.length === 0 ? [] : ['', ...runnersUpLines(runnersUp.slice(0, RUNNERS_UP))]),
    '',
    simulated,
    ...(best === undefined || verdict === 'none' ? [] : ['', ...useLines(best.candidate, objective)]),
  ];
  return `${lines.join('\n')}\n`;
}

function verdictLines(objective: Objective, { verdict, best, updatesNeeded, relax }: Recommendation): string[] {
  const { cost } = objective;
  if (best === undefined) return ['No answer: no run ended in time. Give a longer --budget.'];
  const name = wordsOf(best.candidate);
  if (verdict === 'shown') return [`${name}`, `The cheapest in ${cost} that is proven to meet your target.`];
  if (verdict === 'not shown') {
    const needed = updatesNeeded === undefined ? 'more updates' : counted(updatesNeeded, 'update');
    return [`Not proven: ${name}`, `It may meet your target, but a proof takes ${needed}: give a longer --budget.`];
  }
  return ['No setting meets your target.', ...relaxLines(relax), `The closest: ${name}`];
}

function relaxLines({ withinMs, reliability, maxMessages }: Recommendation['relax']): string[] {
  const ways = [
    ...(withinMs === undefined ? [] : [`--max-ms ${withinMs}`]),
    ...(reliability === undefined ? [] : [`--reliability ${Math.floor(reliability * 1e4) / 1e4}`]),
    ...(maxMessages === undefined ? [] : [`--max-messages ${maxMessages}`]),
  ];
  if (ways.length === 0) return ['No change of one target alone would do.'];
  return ['By the runs so far, one of these changes of the target would do:', ...ways.map((way) => `  ${way}`)];
}

/** The target, and what was measured beside it. */
function foundLines({ reliability: wanted, withinMs, maxMessages }: Objective, found: Found): string[] {
  const { reliability, pushedAlone, messages, payload, bytes, runs, timesToAllMs } = found;
  const { low = 0, high = 1 } = reliability.interval ?? {};
  const { p50Ms, p99Ms, maxMs } = latencyOf(found);
  const updates = `${counted(timesToAllMs.length, 'update')} in ${counted(runs, 'run')}`;
  const limit = maxMessages === undefined ? '' : ` for at most ${amountText(maxMessages)} messages each`;
  return [
    labelled('Target', `${partText(wanted)} of updates reach every live node within ${spanText(withinMs)}${limit}`),
    labelled('Reliability', `${partText(reliability.value)} (95 %: ${partText(low)} to ${partText(high)}; ${updates})`),
    labelled(
      'Latency',
      `p50 ${timeText(p50Ms)}, p99 ${timeText(p99Ms)}, slowest ${timeText(maxMs)}, to the last live node`,
    ),
    labelled(
      'Cost',
      `${amountText(messages.value)}${plusMinus(messages)} messages per update, ${amountText(payload.value)} of them ` +
        `payload; ${bytesText(bytes.value)}`,
    ),
    labelled('Push alone', `at least ${partText(pushedAlone.value)} of updates reach all without repair`),
    '',
    `The deadline (--max-ms ${withinMs}) runs from publication until the last live node holds the update.`,
    'Repair delivers everything sooner or later, so reliability needs a deadline. What repair delivers',
    'in time counts.',
  ];
}

function labelled(label: string, text: string): string {
  return `  ${label.padEnd(LABEL_WIDTH)}${text}`;
}

function timeText(ms: number | null): string {
  return ms === null ? 'not in time' : spanText(ms);
}

function runnersUpLines(others: readonly Found[]): string[] {
  const header = ['settings', 'reliability', 'p50', 'p99', 'messages', 'bytes', 'runs'];
  const rows = others.map((found) => {
    const { candidate, reliability, messages, bytes, runs } = found;
    const { p50Ms, p99Ms } = latencyOf(found);
    const costs = [amountText(messages.value), bytesText(bytes.value)];
    return [wordsOf(candidate), partText(reliability.value), timeText(p50Ms), timeText(p99Ms), ...costs, String(runs)];
  });
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const lineOf = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ');
  return ['Next cheapest, with fewer runs and no proof:', ...[header, ...rows].map((row) => `  ${lineOf(row)}`)];
}

function useLines(candidate: Candidate, objective: Objective): string[] {
  const { node, next, cluster, options, json } = useOf(candidate, objective);
  return [
    'Use it:',
    `  ${node}`,
    `  ${next}`,
    `  ${cluster}`,
    '',
    `  createGossip(${options})`,
    '',
    `  ${JSON.stringify(json)}`,
  ];
}

/** The settings as command lines, as options of the library, and as JSON for a scenario. */
function useOf(
  candidate: Candidate,
  { nodes }: Objective,
): { node: string; next: string; cluster: string; options: string; json: ReturnType<typeof settingsOf> } {
  const { maxPeers, ttl, fanout, strategy } = candidate;
  const json = settingsOf(candidate);
  const of = fanout === undefined ? '' : ` --fanout ${fanout}`;
  const flags = `--strategy ${strategy}${of} --max-peers ${maxPeers} --ttl ${ttl}`;
  const parameters = Object.entries(json.parameters).map(([name, value]) => `${name}: ${value}`);
  return {
    node: `gossip -p 7000 ${flags}`,
    next: `gossip -p 7001 -b 7000 ${flags}`,
    cluster: `echo '${JSON.stringify({ nodes, ...json })}' | gossip cluster -`,
    options: `{ port: 7000, strategy: '${strategy}', parameters: { ${parameters.join(', ')} } }`,
    json,
  };
}

function plusMinus({ interval }: Estimate): string {
  return interval === undefined ? '' : ` ± ${amountText((interval.high - interval.low) / 2)}`;
}
