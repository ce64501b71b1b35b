import { describe, expect, test } from 'vitest';
import { parseScenario } from '../scenario/scenario-file.ts';
import { simulate } from '../sim/simulate.ts';
import { DisseminationHistory } from '../trace/dissemination-history.ts';
import { PushReach } from './push-reach.ts';
import { runOnce } from './run-once.ts';

const NEVER_MS = 2_592_000_000;

const scenarioWith = (fields: object) =>
  parseScenario({
    nodes: 40,
    join: { how: 'graph', degree: 6 },
    workload: { favorites: false, updates: { count: 8, startMs: 1000, everyMs: 700 } },
    durationMs: 20_000,
    ...fields,
  });

/** Whom pushes that arrived lead to, by the history of the update. */
function pushedTo(history: DisseminationHistory, origin: string): Set<string> {
  const pushes = history.copies().filter(({ means, endedAt, outcome }) => {
    return means === 'push' && endedAt !== undefined && outcome !== 'lost' && outcome !== 'unanswered';
  });
  const reached = new Set([origin]);
  for (let before = 0; before < reached.size;) {
    before = reached.size;
    for (const { from, to } of pushes) if (reached.has(from)) reached.add(to);
  }
  return reached;
}

describe('where pushing alone comes to', () => {
  test.each([
    ['push-once', { strategy: 'random', parameters: { fanout: 2 } }],
    ['push-once over links that lose', { strategy: 'random', parameters: { fanout: 2 }, network: { loss: 0.2 } }],
    ['the tree over links that lose', { strategy: 'plumtree', network: { loss: 0.2 } }],
    ['a flood whose TTL is short', { strategy: 'flood', parameters: { ttl: 2 } }],
  ])('in %s is what the history of each update has', (_what, fields) => {
    const events = [...simulate(scenarioWith(fields))];
    const reach = new PushReach(0, Infinity);
    for (const event of events) reach.observe(event.time, event.node, event);
    const nodes = [...new Set(events.map(({ node }) => node))];
    const published = events.filter((event) => event.type === 'published');
    let missed = 0;
    for (const { uuid, node: origin } of published) {
      const history = new DisseminationHistory(uuid);
      for (const event of events) history.observe(event);
      const reached = nodes.filter((node) => reach.reachedAt(uuid, node) !== undefined);
      expect(new Set(reached)).toEqual(pushedTo(history, origin));
      missed += nodes.length - reached.length;
    }
    expect(published.length).toBeGreaterThan(7);
    expect(missed).toBeGreaterThan(0);
  });
});

describe('the time to the last node by pushing alone', () => {
  const runOf = (fields: object) => {
    const outcome = runOnce({ scenario: scenarioWith(fields), warmUpUpdates: 0, followsPushes: true });
    return { ...outcome, pushedToAllMs: outcome.pushedToAllMs! };
  };

  test('of a flood that loses nothing is the time to the last node', () => {
    const { pushedToAllMs, timesToAllMs } = runOf({ strategy: 'flood' });
    expect(pushedToAllMs).toEqual(timesToAllMs);
  });

  test('is never less than the time to the last node', () => {
    for (const strategy of ['plumtree', 'random']) {
      const { pushedToAllMs, timesToAllMs } = runOf({ strategy, network: { loss: 0.02 } });
      const ended = pushedToAllMs.flatMap((time, i) => (time === null ? [] : [{ time, first: timesToAllMs[i] }]));
      expect(ended.length).toBeGreaterThan(0);
      for (const { time, first } of ended) expect(time).toBeGreaterThanOrEqual(first ?? Infinity);
    }
  });

  test('is none where too small a fanout missed somebody to whom repair brought it', () => {
    const { pushedToAllMs, measures } = runOf({ strategy: 'random', parameters: { fanout: 2 } });
    expect(measures.reachedAll).toBe(1);
    expect(pushedToAllMs.filter((time) => time !== null).length).toBeLessThan(4);
  });

  test('is none where nobody repairs and the TTL is too short', () => {
    const parameters = { ttl: 1, heartbeatMs: NEVER_MS, heartbeatMinMs: NEVER_MS };
    expect(runOf({ strategy: 'flood', parameters }).pushedToAllMs).toEqual(Array(8).fill(null));
  });

  test('is not followed where nobody asks', () => {
    const scenario = scenarioWith({ strategy: 'flood' });
    expect(runOnce({ scenario, warmUpUpdates: 0, followsPushes: false })).not.toHaveProperty('pushedToAllMs');
  });
});
