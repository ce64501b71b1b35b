/** What `gossip recommend` says: the claim with the interval behind it, what was simulated, who else, and how to start it. */
import type { Found, Recommendation } from '../lab/recommend.ts';
import type { Estimate } from '../lab/statistics.ts';
import { wordsOf, type Candidate, type Objective } from '../lab/objective.ts';
import { amountText, bytesText, partText } from '../text/numbers.ts';
import { spanText } from '../text/spans.ts';
import { sentenceOf } from '../text/words.ts';

const RUNNERS_UP = 5;
const PUSHED_ALONE =
  'By pushing alone: a chain of pushes brought the update to every live node in time. Of the others somebody had it from repair: ' +
  'asked for\nwhen it was announced (graft), or by a comparison of tables (delta). Repair may have overtaken a push, above all in ' +
  'a tree: so “at least”.';

export function recommendJsonOf(objective: Objective, recommendation: Recommendation, wallMs: number): object {
  const { best, runnersUp, ...rest } = recommendation;
  return {
    objective,
    ...rest,
    wallMs: Math.round(wallMs),
    ...(best !== undefined && { best: plain(best) }),
    runnersUp: runnersUp.map(plain),
    ...(best !== undefined && { start: startOf(best.candidate, objective) }),
  };
}

function plain({ candidate, reliability, pushedAlone, messages, payload, bytes, runs, timesToAllMs }: Found): object {
  return { ...candidate, reliability, pushedAlone, messages, payload, bytes, runs, updates: timesToAllMs.length };
}

export function recommendTextOf(objective: Objective, recommendation: Recommendation, wallMs: number): string {
  const { best, runnersUp, candidates, runs, updates, virtualMs } = recommendation;
  const others = runnersUp.slice(0, RUNNERS_UP);
  const simulated =
    `Simulated: ${candidates} sets of parameters, ${amountText(runs)} runs, ${amountText(updates)} updates, ` +
    `${spanText(virtualMs)} of virtual time in ${spanText(wallMs)}.`;
  const lines = [
    ...verdictLines(objective, recommendation),
    ...(others.length === 0
      ? []
      : ['', 'Next, by fewer runs and not put to the proof:', ...others.map((each) => `  ${foundLine(each)}`)]),
    '',
    simulated,
    ...(best === undefined ? [] : [PUSHED_ALONE]),
    ...(best === undefined || recommendation.verdict === 'none' ? [] : ['', ...startLines(best.candidate, objective)]),
  ];
  return `${lines.join('\n')}\n`;
}

function verdictLines(objective: Objective, { verdict, best, updatesNeeded, relax }: Recommendation): string[] {
  const { reliability, withinMs, maxMessages, cost } = objective;
  const limit = maxMessages === undefined ? '' : ` for at most ${amountText(maxMessages)} messages an update`;
  const wanted = `at least ${partText(reliability)} of updates with every live node within ${spanText(withinMs)}${limit}`;
  if (best === undefined) return [`Nothing can be said about ${wanted}: no run ended in time. Say a longer --budget.`];
  if (verdict === 'shown') {
    return [
      `${sentenceOf(wordsOf(best.candidate))}: the cheapest in ${cost} shown to have ${wanted}.`,
      `  ${foundLine(best)}`,
    ];
  }
  if (verdict === 'not shown') {
    const needed = updatesNeeded === undefined ? 'more updates' : `${amountText(updatesNeeded)} updates`;
    return [
      `Not shown: ${wanted}. It may be so for the following, but a proof takes ${needed}; say a longer --budget.`,
      `  ${foundLine(best)}`,
    ];
  }
  return [`None of the parameters tried has ${wanted}. The closest:`, `  ${foundLine(best)}`, ...relaxLines(relax)];
}

function relaxLines({ withinMs, reliability, maxMessages }: Recommendation['relax']): string[] {
  const ways = [
    ...(withinMs === undefined ? [] : [`--max-ms ${withinMs}`]),
    ...(reliability === undefined ? [] : [`--reliability ${Math.floor(reliability * 1e4) / 1e4}`]),
    ...(maxMessages === undefined ? [] : [`--max-messages ${maxMessages}`]),
  ];
  if (ways.length === 0) return ['No single objective that gives way would do.'];
  return [`One of these would do, by the runs there were: ${ways.join(', or ')}.`];
}

function foundLine({
  candidate,
  reliability,
  pushedAlone,
  messages,
  payload,
  bytes,
  runs,
  timesToAllMs,
}: Found): string {
  const updates = amountText(timesToAllMs.length);
  const { low = 0, high = 1 } = reliability.interval ?? {};
  return (
    `${wordsOf(candidate)}: ${partText(reliability.value)} (95 %: ${partText(low)} to ${partText(high)}; ${updates} updates, ` +
    `${runs} runs), at least ${partText(pushedAlone.value)} by pushing alone; ${amountText(messages.value)}${plusMinus(messages)} messages ` +
    `an update, ${amountText(payload.value)} of them payload; ${bytesText(bytes.value)}`
  );
}

function startLines(candidate: Candidate, objective: Objective): string[] {
  const { node, next, cluster } = startOf(candidate, objective);
  return ['Start it so:', `  ${node}`, `  ${next}`, `  ${cluster}`];
}

function startOf(
  { strategy, maxPeers, ttl, fanout }: Candidate,
  { nodes }: Objective,
): { node: string; next: string; cluster: string } {
  const of = fanout === undefined ? '' : ` --fanout ${fanout}`;
  const flags = `--strategy ${strategy}${of} --max-peers ${maxPeers} --ttl ${ttl}`;
  const parameters = { maxPeers, ttl, ...(fanout !== undefined && { fanout }) };
  return {
    node: `gossip -p 7000 ${flags}`,
    next: `gossip -p 7001 -b 7000 ${flags}`,
    cluster: `echo '${JSON.stringify({ nodes, strategy, parameters })}' | gossip cluster -`,
  };
}

function plusMinus({ interval }: Estimate): string {
  return interval === undefined ? '' : ` ± ${amountText((interval.high - interval.low) / 2)}`;
}
