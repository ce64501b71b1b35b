/** What a page may be asked to simulate: an address may come from anybody, and the page's memory is the reader's. */
import { parseScenario, ScenarioError, type Scenario } from '../../sim/simulate.ts';

/** What the page's views stay usable with. */
export const MAX_PAGE_NODES = 2000;
/** Of virtual time: ten minutes, in which a network of any size here has long come to rest. */
export const MAX_PAGE_MS = 600_000;
/** More than anybody looks at one by one. */
export const MAX_PAGE_UPDATES = 1000;

/** @throws ScenarioError: one line that names the field */
export function pageScenario(json: unknown): Scenario {
  const scenario = parseScenario(json);
  const { nodes, durationMs, workload } = scenario;
  within('nodes', nodes, MAX_PAGE_NODES);
  within('durationMs', durationMs, MAX_PAGE_MS);
  within('workload.updates.count', workload.updates.count, MAX_PAGE_UPDATES);
  return scenario;
}

function within(field: string, value: number, most: number): void {
  if (value > most) throw new ScenarioError(`${field}: expected at most ${most} in the page, got ${value}`);
}
