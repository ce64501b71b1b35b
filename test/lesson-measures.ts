/**
 * What the lessons' texts should say, measured by others than the page: by the project's own measures where these have it, else
 * counted from the trace, fact by fact.
 */
import type { Scenario } from '../src/scenario/scenario.ts';
import { measure, simulate } from '../src/sim/simulate.ts';
import { countText } from '../src/text/numbers.ts';
import { spanText } from '../src/text/spans.ts';
import { Measures } from '../src/trace/measures.ts';
import type { RunEvent } from '../src/trace/trace-event.ts';

type Of<Type extends RunEvent['type']> = Extract<RunEvent, { readonly type: Type }>;
type Facts = { readonly [fact: string]: () => string };

const bookOf = ({ payload }: Of<'published'>): unknown => (payload as { book?: unknown } | undefined)?.book;
const nameOf = (node: string | undefined): string => node?.replace(':7000', '') ?? 'nobody';

/** @param fact as in a text: `copies`, or `copies Emma` for the update with that book */
export function measureOf(scenario: Scenario): (fact: string) => string {
  const events = [...simulate(scenario)];
  const measures = new Measures();
  for (const { time, node, ...event } of events) measures.observe(time, node, event);
  const ofRun = factsOfRun(scenario, events);
  const ofUpdates = new Map<string, Facts>();
  return (fact) => {
    const [name = '', book = scenario.workload.publish[0]?.book ?? ''] = fact.split(' ');
    const ofUpdate = ofUpdates.get(book) ?? factsOfUpdate(scenario, events, measures, book);
    ofUpdates.set(book, ofUpdate);
    const found = { ...ofRun, ...ofUpdate }[name];
    if (found === undefined) throw new Error(`nothing measures “${fact}”`);
    return found();
  };
}

function factsOfRun(scenario: Scenario, events: readonly RunEvent[]): Facts {
  const measured = measure(scenario);
  const healedAt = scenario.faults.find((fault) => fault.do === 'heal')?.atMs ?? 0;
  const verdicts = events.flatMap((event) => (event.type === 'status' ? [event] : []));
  return {
    nodes: () => countText(scenario.nodes),
    needed: () => countText(scenario.nodes - 1),
    live: () => countText(measured.live),
    killed: () => countText(scenario.nodes - measured.live),
    links: () => countText(measured.links),
    ttl: () => countText(scenario.parameters.ttl!),
    fanout: () => countText(scenario.parameters.fanout!),
    detection: () => spanText(measured.detectionMs!.max!),
    floodCopies: () => countText(measure({ ...scenario, strategy: 'flood' }).payloadPerUpdate!),
    wrongVerdicts: () => countText(verdicts.filter(({ status, time }) => status === 'down' && time < healedAt).length),
    reconciled: () => spanText(verdicts.findLast(({ status }) => status === 'alive')!.time - healedAt),
  };
}

function factsOfUpdate(scenario: Scenario, events: readonly RunEvent[], measures: Measures, book: string): Facts {
  const published = events.find((event) => event.type === 'published' && bookOf(event) === book) as Of<'published'>;
  if (published === undefined) throw new Error(`nobody published “${book}”`);
  const { uuid, origin, time: publishedAt } = published;
  const index = [...measures.eachUpdate].findIndex((update) => update.uuid === uuid);
  const update = [...measures.eachUpdate][index]!;
  const ofIt = events.filter((event) => 'uuid' in event && event.uuid === uuid);
  const all = <Type extends RunEvent['type']>(type: Type): Of<Type>[] => {
    return ofIt.filter((event): event is Of<Type> => event.type === type);
  };
  const holders = new Set([origin, ...all('applied').map(({ node }) => node)]);
  const stopped = new Set(events.filter(({ type }) => type === 'stopped').map(({ node }) => node));
  const nodes = Array.from({ length: scenario.nodes }, (_, index) => `n${index}:7000`);
  const missed = nodes.filter((node) => !holders.has(node) && !stopped.has(node));
  const healedAt = scenario.faults.find((fault) => fault.do === 'heal')?.atMs ?? 0;
  const lastAppliedAt = (): number => all('applied').at(-1)!.time;
  return {
    origin: () => nameOf(origin),
    version: () => countText(published.version),
    copies: () => countText(update.copies),
    redundancy: () => (update.copies / (update.liveNodes - 1) - 1).toFixed(2),
    lastHop: () => countText(update.lastHop),
    timeToAll: () => spanText(measures.timesToAllMs()[index]!),
    timeAfterHealing: () => spanText(measures.timesToAllMs()[index]! - (healedAt - publishedAt)),
    firstDelivery: () => spanText(all('applied')[0]!.time - publishedAt),
    firstCopies: () =>
      countText(all('sent').filter(({ time, node }) => time === publishedAt && node === origin).length),
    peers: () => {
      const before = events.slice(0, events.indexOf(published)).filter(({ node }) => node === origin);
      return countText(
        before.reduce((sum, { type }) => sum + Number(type === 'peerUp') - Number(type === 'peerDown'), 0),
      );
    },
    duplicates: () => countText(all('duplicate').length),
    firstDuplicateNode: () => nameOf(all('duplicate')[0]?.node),
    firstDuplicateFrom: () => nameOf(all('duplicate')[0]?.via),
    stale: () => countText(all('stale').length),
    staleNode: () => nameOf(all('stale')[0]?.node),
    lost: () => countText(all('lost').length),
    missed: () => countText(missed.length),
    missedNode: () => nameOf(missed[0]),
    reached: () => countText(nodes.length - stopped.size - missed.length),
    reachedInCut: () => countText(1 + all('applied').filter(({ time }) => time < healedAt).length),
    lastNode: () => nameOf(all('applied').find(({ time }) => time === lastAppliedAt())?.node),
  };
}
