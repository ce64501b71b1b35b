/** What a network that has been left in quiescence must have come to. */
import type { Address, NodeSnapshot } from '../core/index.ts';
import { islandsOf, knowledgeOf, networkOf, oneSidedLinks } from './network-facts.ts';
import type { Simulation } from '../sim/simulation.ts';
import type { Law } from './violation.ts';

export interface Discord {
  readonly law: Law;
  readonly node: Address | undefined;
  readonly what: string;
}

export function liveSnapshots(run: Simulation): NodeSnapshot[] {
  const nodes = Array.from({ length: run.size }, (_, node) => node);
  return nodes.filter((node) => run.isUp(node) && !run.isPaused(node)).map((node) => run.snapshot(node));
}

/**
 * @param circle live nodes of whom each knows of each other, be it through others
 * @param lastPublished the highest version of its contents that a node told in its present life
 * @returns the first thing that is not as it must be, `undefined` when all is well
 */
export function discordOf(
  run: Simulation,
  circle: readonly NodeSnapshot[],
  lastPublished: (node: number) => number,
): Discord | undefined {
  return (
    staleContents(run, circle, lastPublished) ??
    wrongVerdicts(run, circle) ??
    differentTables(run, circle) ??
    brokenOverlay(circle)
  );
}

function staleContents(
  run: Simulation,
  circle: readonly NodeSnapshot[],
  lastPublished: (node: number) => number,
): Discord | undefined {
  for (const { self: origin } of circle) {
    const version = lastPublished(run.indexOf(origin)!);
    if (version === 0) continue;
    for (const { self, records } of circle) {
      const held = records.find((record) => record.origin === origin)?.version ?? 0;
      if (held < version) {
        return { law: 'latest', node: self, what: `holds version ${held} of ${origin}, which published ${version}` };
      }
    }
  }
  return undefined;
}

function wrongVerdicts(run: Simulation, circle: readonly NodeSnapshot[]): Discord | undefined {
  const known = new Set(circle.map(({ self }) => self));
  for (const { self, records, peers } of circle) {
    // Who is alone cannot tell whether the others are gone or itself.
    if (peers.length === 0) continue;
    for (const { origin, status } of records) {
      const isLive = run.isUp(run.indexOf(origin)!);
      if (isLive && !known.has(origin)) continue;
      const isRight = isLive ? status === 'alive' : status === 'down' || status === 'left';
      if (!isRight) {
        const what = `holds ${origin} for ${status}, which ${isLive ? 'runs' : 'does not run'}`;
        return { law: 'verdict', node: self, what };
      }
    }
  }
  return undefined;
}

/** Nodes forget those who are gone each at its own moment: where a run lasts that long, they do not count. */
function differentTables(run: Simulation, circle: readonly NodeSnapshot[]): Discord | undefined {
  const mayForget = run.now >= run.parameters.reapAfterMs;
  const tableOf = (snapshot: NodeSnapshot) => {
    if (!mayForget) return knowledgeOf(snapshot);
    return knowledgeOf({ ...snapshot, records: snapshot.records.filter(({ status }) => status === 'alive') });
  };
  const [first] = circle;
  if (first === undefined) return undefined;
  const table = tableOf(first);
  const other = circle.find((snapshot) => tableOf(snapshot) !== table);
  return other && { law: 'tables', node: other.self, what: `holds another table than ${first.self}` };
}

function brokenOverlay(circle: readonly NodeSnapshot[]): Discord | undefined {
  const network = networkOf(circle);
  const islands = islandsOf(network);
  if (islands > 1) return { law: 'overlay', node: undefined, what: `the links leave ${islands} islands` };
  const [link] = oneSidedLinks(network);
  return link === undefined ? undefined : { law: 'overlay', node: undefined, what: `only one side knows of ${link}` };
}
