/** What no schema of single fields can say: how the fields of a scenario fit together. */
import { complaintAboutPlace } from './places.ts';
import type { ScenarioFile } from './scenario-schema.ts';
import { joinedAfterMs, lastUpdateMs, startOf } from './scenario-times.ts';
import type { Delay, Fault, NetworkPlan, Scenario, Selection } from './scenario.ts';
import { at } from './schema-complaint.ts';

/** @returns the first complaint, or `undefined`; its paths are those of the file, whose order `scenario` still has */
export function checkScenario(scenario: Scenario, file: ScenarioFile): string | undefined {
  return (
    checkJoin(scenario) ??
    checkDelay(scenario.network.delay) ??
    checkCores(scenario.network) ??
    checkWorkload(scenario, file) ??
    firstOf(scenario.faults, (fault, index) => checkFault(fault, `faults[${index}]`, scenario))
  );
}

/** Before anything is made of it. @returns the first complaint, or `undefined` */
export function checkFile({ network }: ScenarioFile): string | undefined {
  const delay = network?.delay;
  if (typeof delay !== 'object' || delay.kind !== 'regions') return undefined;
  const { matrixMs, places } = delay;
  if ((matrixMs === undefined) === (places === undefined)) {
    return `network.delay: expected matrixMs or places, got ${places === undefined ? 'neither' : 'both'}`;
  }
  return firstOf(places ?? [], (place, index) => {
    const wrong = typeof place === 'string' ? complaintAboutPlace(place) : undefined;
    return wrong && at(`network.delay.places[${index}]`, wrong);
  });
}

function checkJoin({ join, nodes, durationMs }: Scenario): string | undefined {
  if (join.how !== 'graph') {
    const joinedMs = joinedAfterMs(join, nodes);
    if (joinedMs <= durationMs) return undefined;
    return `join.everyMs: the last of ${nodes} nodes would start at ${joinedMs} ms, after the end (durationMs ${durationMs})`;
  }
  const { degree } = join;
  if (nodes > 1 && degree > nodes - 1) {
    return `join.degree: expected at most ${nodes - 1}, one less than nodes, got ${degree}`;
  }
  const leastDegree = 2 - 2 / nodes;
  if (degree >= leastDegree) return undefined;
  return `join.degree: ${degree} cannot connect ${nodes} nodes; a tree has a mean degree of ${leastDegree.toFixed(2)}`;
}

function checkDelay(delay: Delay): string | undefined {
  switch (delay.kind) {
    case 'constant':
      return undefined;
    case 'uniform':
      return delay.minMs <= delay.maxMs ? undefined : atMost('network.delay.minMs', 'maxMs', delay.maxMs, delay.minMs);
    case 'logNormal':
      if (delay.medianMs <= delay.maxMs) return undefined;
      return atMost('network.delay.medianMs', 'maxMs', delay.maxMs, delay.medianMs);
    case 'regions': {
      const { length } = delay.matrixMs;
      return firstOf(delay.matrixMs, (row, index) =>
        row.length === length
          ? undefined
          : `network.delay.matrixMs[${index}]: expected ${length} delays, as many as there are rows, got ${row.length}`,
      );
    }
  }
}

function checkCores({ cores, serviceMs }: NetworkPlan): string | undefined {
  return cores > 0 && serviceMs === 0 ? 'network.cores: changes nothing while network.serviceMs is 0' : undefined;
}

function checkWorkload({ workload, nodes, durationMs, join }: Scenario, file: ScenarioFile): string | undefined {
  const { updates, publish } = workload;
  const lastMs = lastUpdateMs(updates);
  if (lastMs > durationMs) {
    return `workload.updates: the last one would be published at ${lastMs} ms, after the end (durationMs ${durationMs})`;
  }
  return firstOf(publish, ({ atMs, node }, index) => {
    const path = `workload.publish[${index}]`;
    if (node >= nodes) return noSuchNode(`${path}.node`, node, nodes);
    if (atMs > durationMs) return atMost(`${path}.atMs`, 'durationMs', durationMs, atMs);
    const startsMs = startOf(node, join);
    if (atMs >= startsMs) return undefined;
    return `${path}.atMs: node ${node} starts only at ${startsMs} ms, got ${file.workload?.publish?.[index]?.atMs}`;
  });
}

function checkFault(fault: Fault, path: string, scenario: Scenario): string | undefined {
  const { nodes, durationMs, network } = scenario;
  if (fault.atMs > durationMs) return atMost(`${path}.atMs`, 'durationMs', durationMs, fault.atMs);
  if (fault.do === 'churn') {
    if (fault.untilMs < fault.atMs)
      return at(`${path}.untilMs`, `expected at least atMs (${fault.atMs}), got ${fault.untilMs}`);
    return fault.untilMs > durationMs ? atMost(`${path}.untilMs`, 'durationMs', durationMs, fault.untilMs) : undefined;
  }
  if (fault.do === 'slow' && network.serviceMs === 0) {
    return `${path}.do: "slow" changes nothing while network.serviceMs is 0`;
  }
  return 'nodes' in fault ? checkSelection(fault.nodes, `${path}.nodes`, nodes) : undefined;
}

function checkSelection(selection: Selection, path: string, nodes: number): string | undefined {
  if ('part' in selection) return undefined;
  if ('count' in selection) {
    return selection.count <= nodes ? undefined : atMost(`${path}.count`, 'nodes', nodes, selection.count);
  }
  const seen = new Set<number>();
  return firstOf(selection, (node, index) => {
    if (node >= nodes) return noSuchNode(`${path}[${index}]`, node, nodes);
    if (seen.has(node)) return `${path}[${index}]: node ${node} is named twice`;
    seen.add(node);
    return undefined;
  });
}

function noSuchNode(path: string, node: number, nodes: number): string {
  return `${path}: expected a node from 0 to ${nodes - 1}, got ${node}`;
}

function atMost(path: string, name: string, most: number, got: number): string {
  return `${path}: expected at most ${name} (${most}), got ${got}`;
}

function firstOf<T>(entries: readonly T[], check: (entry: T, index: number) => string | undefined): string | undefined {
  for (const [index, entry] of entries.entries()) {
    const found = check(entry, index);
    if (found !== undefined) return found;
  }
  return undefined;
}
