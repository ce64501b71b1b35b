/** What a network that has been left in peace must have come to. */
import type { Address } from '../core/address.ts';
import type { NodeSnapshot } from '../core/boundary.ts';
import { islandsOf, knowledgeOf, oneSidedLinks } from './network-facts.ts';
import type { Simulation } from './simulation.ts';
import type { Law } from './violation.ts';

export interface Discord {
  readonly law: Law;
  readonly node: Address | undefined;
  readonly what: string;
}

/**
 * @param lastPublished the highest version of its contents that a node told in its present life
 * @returns the first thing that is not as it must be, `undefined` when all is well
 */
export function discordOf(run: Simulation, lastPublished: (node: number) => number): Discord | undefined {
  const live = liveNodes(run);
  const snapshots = live.map((node) => run.snapshot(node));
  return (
    staleContents(run, live, snapshots, lastPublished) ??
    wrongVerdicts(run, snapshots) ??
    differentTables(run, snapshots) ??
    brokenOverlay(snapshots)
  );
}

function liveNodes(run: Simulation): number[] {
  return Array.from({ length: run.size }, (_, node) => node).filter((node) => run.isUp(node) && !run.isPaused(node));
}

function staleContents(
  run: Simulation,
  live: readonly number[],
  snapshots: readonly NodeSnapshot[],
  lastPublished: (node: number) => number,
): Discord | undefined {
  for (const node of live) {
    const [origin, version] = [run.addressOf(node), lastPublished(node)];
    if (version === 0) continue;
    for (const { self, records } of snapshots) {
      const held = records.find((record) => record.origin === origin)?.version ?? 0;
      if (held < version) {
        return { law: 'latest', node: self, what: `holds version ${held} of ${origin}, which published ${version}` };
      }
    }
  }
  return undefined;
}

function wrongVerdicts(run: Simulation, snapshots: readonly NodeSnapshot[]): Discord | undefined {
  for (const { self, records } of snapshots) {
    for (const { origin, status } of records) {
      const isLive = run.isUp(run.indexOf(origin)!);
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
function differentTables(run: Simulation, snapshots: readonly NodeSnapshot[]): Discord | undefined {
  const mayForget = run.now >= run.parameters.reapAfterMs;
  const holds = (snapshot: NodeSnapshot) => {
    if (!mayForget) return knowledgeOf(snapshot);
    return knowledgeOf({ ...snapshot, records: snapshot.records.filter(({ status }) => status === 'alive') });
  };
  const first = snapshots[0];
  if (first === undefined) return undefined;
  const table = holds(first);
  const other = snapshots.find((snapshot) => holds(snapshot) !== table);
  return other === undefined
    ? undefined
    : { law: 'tables', node: other.self, what: `holds another table than ${first.self}` };
}

function brokenOverlay(snapshots: readonly NodeSnapshot[]): Discord | undefined {
  const bySelf = new Map(snapshots.map((snapshot) => [snapshot.self, snapshot]));
  const network = { live: [...bySelf.keys()], snapshot: (address: Address) => bySelf.get(address)! };
  const islands = islandsOf(network);
  if (islands > 1) return { law: 'overlay', node: undefined, what: `the links leave ${islands} islands` };
  const [link] = oneSidedLinks(network);
  return link === undefined ? undefined : { law: 'overlay', node: undefined, what: `only one side knows of ${link}` };
}
