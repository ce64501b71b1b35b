import { describe, expect, test } from 'vitest';
import { ALL_FAULTS, scenarioOf, SILENT, type ScenarioChanges } from '../../test/scenarios.ts';
import { STRATEGY_NAMES } from '../core/broadcast/strategy.ts';
import type { RunEvent } from '../trace/trace-event.ts';
import { randomGraph } from '../scenario/play/random-graph.ts';
import type { Delay } from '../scenario/scenario.ts';
import { simulate, traceHashOf } from './simulate.ts';
import { Simulation } from './simulation.ts';
import { SmallFastRandom } from '../scenario/play/small-fast-random.ts';

function traceOf(changes: ScenarioChanges): RunEvent[] {
  return [...simulate(scenarioOf(changes))];
}

/** Events of one type, with the fields of that type. */
function only<T extends RunEvent['type']>(trace: readonly RunEvent[], type: T): Extract<RunEvent, { type: T }>[] {
  return trace.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
}

/** Everybody knows everybody, and says nothing of its own accord. */
function complete(nodes: number, changes: ScenarioChanges): ScenarioChanges {
  const parameters = { ...SILENT, ...changes.parameters };
  return { nodes, strategy: 'flood', join: { how: 'graph', degree: nodes - 1 }, ...changes, parameters };
}

function publishing(...atMs: readonly number[]): NonNullable<ScenarioChanges['workload']> {
  return { publish: atMs.map((at, i) => ({ atMs: at, node: 0, book: `Book ${i}` })) };
}

describe('a run', () => {
  // Four whole runs: a second or so alone, several beside other work.
  test('is the same again from the same seed, to the byte, and another from another', { timeout: 60_000 }, () => {
    const scenario = scenarioOf(ALL_FAULTS);
    expect(traceHashOf(scenario)).toBe(traceHashOf(scenario));
    expect(traceHashOf({ ...scenario, seed: 2 })).not.toBe(traceHashOf(scenario));
  });

  test('is this one, on every machine and in every engine', () => {
    expect(traceHashOf(scenarioOf(ALL_FAULTS))).toMatchInlineSnapshot(`"64561dad1449acc5"`);
  });

  test('is the same whether it is watched or not, and in how many pieces it is run', () => {
    const scenario = scenarioOf(ALL_FAULTS);
    const watched = new Simulation(scenario, { observe: () => undefined, onStep: () => undefined });
    const alone = new Simulation(scenario);
    watched.runUntil(scenario.durationMs);
    while (!alone.runUntil(scenario.durationMs, 100));
    const facts = (run: Simulation) => [run.eventsHandled, run.rumorsSent, run.controlSent, run.bytesSent];
    expect(facts(alone)).toEqual(facts(watched));
    expect(alone.now).toBe(scenario.durationMs);
    for (let node = 0; node < alone.size; node++) expect(alone.snapshot(node)).toEqual(watched.snapshot(node));
  });

  test.each(STRATEGY_NAMES)('shares messages, which no node changes: %s', (strategy) => {
    const scenario = scenarioOf({ ...ALL_FAULTS, strategy });
    const simulation = new Simulation(scenario, { freezeMessages: true });
    expect(() => simulation.runUntil(scenario.durationMs)).not.toThrow();
    expect(simulation.eventsHandled).toBeGreaterThan(1000);
  });

  test('has a node choose another favourite when a real one would: from half to one and a half of resampleMs later', () => {
    const resampleMs = 1000;
    const chosenAt = new Map<string, number[]>();
    const trace = traceOf({ durationMs: 30_000, workload: { favorites: true, resampleMs } });
    for (const { node, time } of only(trace, 'published')) chosenAt.set(node, [...(chosenAt.get(node) ?? []), time]);
    const lasted = [...chosenAt.values()].flatMap((times) => times.slice(1).map((time, i) => time - times[i]!));
    expect(lasted.length).toBeGreaterThan(400);
    expect(lasted.filter((ms) => ms < resampleMs / 2 || ms > resampleMs * 1.5)).toEqual([]);
  });

  test('shows every step to who wants to see it', () => {
    const scenario = scenarioOf({ nodes: 3 });
    const sent: string[] = [];
    const simulation = new Simulation(scenario, {
      onStep: (node, input, effects) => {
        for (const effect of effects) if (effect.type === 'send') sent.push(`${node} ${input.type} ${effect.to}`);
      },
    });
    simulation.runUntil(1000);
    expect(sent.slice(0, 2)).toEqual(['1 start n0:7000', '2 start n0:7000']);
    expect(sent).toContain('0 message n1:7000');
    expect(sent).toHaveLength(simulation.rumorsSent + simulation.controlSent);
  });
});

describe('how nodes find each other', () => {
  test.each(['seed', 'chain', 'random'] as const)('%s: all hear of an update', (how) => {
    const updates = { count: 1, startMs: 8000, everyMs: 0, origins: 0, warmUp: 0, receiptWithinMs: 0 };
    const trace = traceOf({ nodes: 30, join: { how, everyMs: 20 }, workload: { updates } });
    expect(only(trace, 'applied').map(({ node }) => node)).toHaveLength(29);
    expect(only(trace, 'started').map(({ time }) => time)).toEqual(Array.from({ length: 30 }, (_, i) => 20 * i));
  });

  test('graph: every node starts with its peers, as they are on the other side', () => {
    const simulation = new Simulation(scenarioOf({ nodes: 50, join: { how: 'graph', degree: 4 }, parameters: SILENT }));
    simulation.runUntil(1000);
    const peers = Array.from({ length: 50 }, (_, node) => simulation.snapshot(node).peers);
    expect(peers.flat()).toHaveLength(50 * 4);
    for (const [node, others] of peers.entries()) {
      for (const other of others) expect(peers[simulation.indexOf(other)!]).toContain(simulation.addressOf(node));
    }
    expect(simulation.controlSent).toBe(0);
  });
});

describe('what an update costs', () => {
  test.each([1, 2, 3])('flooded over a fixed graph: 2E − N + 1 messages, seed %i', (seed) => {
    const [nodes, degree] = [200, 6];
    const updates = { count: 3, startMs: 100, everyMs: 1000, origins: 0, warmUp: 0, receiptWithinMs: 0 };
    const scenario = scenarioOf(complete(nodes, { seed, join: { how: 'graph', degree }, workload: { updates } }));
    const simulation = new Simulation(scenario);
    simulation.runUntil(scenario.durationMs);
    const { edges } = randomGraph(nodes, degree, new SmallFastRandom(1));
    expect(simulation.rumorsSent).toBe(3 * (2 * edges - nodes + 1));
  });

  test('over the tree that has emerged: N − 1', () => {
    const updates = { count: 12, startMs: 1000, everyMs: 1000, origins: 0, warmUp: 0, receiptWithinMs: 0 };
    const parameters = { ...SILENT, ttl: 200 };
    const scenario = scenarioOf({ nodes: 100, join: { how: 'graph', degree: 5 }, parameters, workload: { updates } });
    const simulation = new Simulation(scenario);
    const costs: number[] = [];
    for (let atMs = 1999; atMs < 14_000; atMs += 1000) {
      const before = simulation.rumorsSent;
      simulation.runUntil(atMs);
      costs.push(simulation.rumorsSent - before);
    }
    expect(costs[0]).toBeGreaterThan(99);
    expect(costs.at(-2)).toBe(99);
  });
});

describe('a link', () => {
  const manyAtOnce = publishing(...Array.from({ length: 200 }, (_, i) => 100 + i));
  const versions = (network: NonNullable<ScenarioChanges['network']>) => {
    const trace = traceOf(complete(2, { network, workload: manyAtOnce }));
    const heard = only(trace, 'received').filter(({ node }) => node === 'n1:7000');
    return heard.map((event) => (event.message === 'rumor' ? event.version : 0));
  };
  const inOrder = Array.from({ length: 200 }, (_, i) => i + 1);

  test('keeps its messages in order', () => {
    expect(versions({ delay: { kind: 'uniform', minMs: 1, maxMs: 100, perMessage: true } })).toEqual(inOrder);
    expect(versions({ delay: { kind: 'logNormal', medianMs: 20, sigma: 1, maxMs: 500, perMessage: true } })).toEqual(
      inOrder,
    );
  });

  test('lets some overtake where it is said to', () => {
    const heard = versions({ delay: { kind: 'uniform', minMs: 1, maxMs: 100, perMessage: true }, reordering: 0.5 });
    expect(heard).not.toEqual(inOrder);
    expect(heard.toSorted((a, b) => a - b)).toEqual(inOrder);
  });

  test('loses, doubles, and says so', () => {
    const trace = traceOf(complete(2, { network: { loss: 0.2, duplication: 0.2 }, workload: manyAtOnce }));
    const lost = only(trace, 'lost').length;
    expect(lost).toBeGreaterThan(20);
    expect(lost).toBeLessThan(60);
    expect(new Set(only(trace, 'lost').map(({ reason }) => reason))).toEqual(new Set(['loss']));
    const doubled = only(trace, 'received').length + lost - only(trace, 'sent').length;
    expect(doubled).toBeGreaterThan(15);
    expect(doubled).toBeLessThan(60);
  });

  test('takes as long as its plan says: by region, or a log-normal draw up to its cap', () => {
    const takes = (delay: Delay) => {
      const trace = traceOf(complete(2, { network: { delay }, workload: publishing(100) }));
      return only(trace, 'applied').map(({ time }) => time - 100);
    };
    expect(takes({ kind: 'constant', ms: 7 })).toEqual([7]);
    expect(takes({ kind: 'regions', matrixMs: [[1, 50], [80, 2]], jitterMs: 0 })).toEqual([50]); // prettier-ignore
    expect(takes({ kind: 'logNormal', medianMs: 1000, sigma: 0.1, maxMs: 400, perMessage: true })).toEqual([400]);
  });

  test('of so many bytes a second carries no more', () => {
    const workload = publishing(...Array.from({ length: 10 }, () => 1000));
    const network = { bytesPerSecond: 1000, delay: { kind: 'constant', ms: 5 } as const };
    const scenario = complete(2, { network, workload });
    const arrivals = only(traceOf(scenario), 'received').map(({ time }) => time);
    const simulation = new Simulation(scenarioOf(scenario));
    simulation.runUntil(20_000);
    expect(arrivals).toHaveLength(10);
    expect(arrivals.at(-1)).toBe(1000 + Math.ceil(simulation.bytesSent) + 5);
  });
});

describe('a node that takes time over each message', () => {
  const workload = publishing(...Array.from({ length: 5 }, () => 100));
  const network = { serviceMs: 10, delay: { kind: 'constant', ms: 1 } as const };
  const handled = (changes: ScenarioChanges) =>
    only(traceOf(complete(2, { network, workload, ...changes })), 'received').map(({ time }) => time);

  test('works through its line one by one', () => {
    expect(handled({})).toEqual([111, 121, 131, 141, 151]);
  });

  test('takes longer when it is slow', () => {
    expect(handled({ faults: [{ atMs: 50, do: 'slow', nodes: [1], factor: 2.5 }] })).toEqual([126, 151, 176, 201, 226]);
  });

  test('forgets its line when it dies', () => {
    const trace = traceOf(complete(2, { network, workload, faults: [{ atMs: 125, do: 'kill', nodes: [1] }] }));
    expect(only(trace, 'received')).toHaveLength(2);
    expect(only(trace, 'lost').map(({ reason }) => reason)).toEqual(['down', 'down', 'down']);
  });
});

describe('a paused node', () => {
  const changes = complete(2, {
    parameters: { heartbeatMs: 1000 },
    workload: publishing(2000),
    faults: [
      { atMs: 1500, do: 'pause', nodes: [1] },
      { atMs: 5500, do: 'resume', nodes: [1] },
    ],
  });
  const trace = traceOf(changes);
  const ofPaused = trace.filter(({ node }) => node === 'n1:7000');

  test('handles nothing', () => {
    expect(ofPaused.filter(({ time }) => time > 1500 && time < 5500)).toEqual([]);
    expect([...only(trace, 'paused'), ...only(trace, 'resumed')].map(({ time }) => time)).toEqual([1500, 5500]);
  });

  test('fires its timers first when it runs on, then reads what was said to it', () => {
    const at = ofPaused.filter(({ time }) => time === 5500).map(({ type }) => type);
    expect(at.slice(0, 2)).toEqual(['resumed', 'sent']);
    expect(at).toContain('applied');
    expect(at.indexOf('sent')).toBeLessThan(at.indexOf('received'));
  });

  test('leaves its senders waiting until they lose patience', () => {
    const given = only(trace, 'unreachable').filter(({ node }) => node === 'n0:7000');
    expect(given[0]).toMatchObject({ peer: 'n1:7000', reason: 'timeout' });
    expect(given[0]!.time).toBeGreaterThan(2500);
    const never = traceOf({ ...changes, network: { timeoutMs: null } });
    expect(only(never, 'unreachable')).toEqual([]);
  });
});

describe('a partition', () => {
  const cutOff = (oneWay: boolean, node: number) =>
    traceOf(
      complete(4, {
        workload: { publish: [{ atMs: 1000, node, book: 'Dune' }] },
        faults: [
          { atMs: 500, do: 'partition', nodes: [0, 1], oneWay },
          { atMs: 3000, do: 'heal' },
        ],
      }),
    ).filter(({ time }) => time < 1900);
  const reached = (trace: RunEvent[]) => new Set(only(trace, 'applied').map(({ node }) => node)).size;

  test('lets nothing through, says so, and senders give up in their time', () => {
    const trace = cutOff(false, 0);
    expect(reached(trace)).toBe(1);
    expect(only(trace, 'lost').map(({ reason }) => reason)).toEqual([
      'partition',
      'partition',
      'partition',
      'partition',
    ]);
    expect(reached(cutOff(false, 3))).toBe(1);
  });

  test('one way loses only what its side sends', () => {
    expect(reached(cutOff(true, 0))).toBe(1);
    expect(reached(cutOff(true, 3))).toBe(3);
  });

  test('that has healed lets repair through', () => {
    const faults = [
      { atMs: 5000, do: 'partition', nodes: { part: 0.4 }, oneWay: false },
      { atMs: 9000, do: 'heal' },
    ] as const;
    const scenario = scenarioOf({
      durationMs: 60_000,
      workload: { publish: [{ atMs: 7000, node: 3, book: 'X' }] },
      faults,
    });
    const simulation = new Simulation(scenario);
    simulation.runUntil(scenario.durationMs);
    for (let node = 0; node < 20; node++) expect(simulation.snapshot(node).records.length).toBeGreaterThan(0);
  });
});

describe('a node that dies', () => {
  const faults = [
    { atMs: 3000, do: 'kill', nodes: [4] },
    { atMs: 6000, do: 'restart', nodes: [4], remember: true },
  ] as const;

  test('is refused, and its timers die with it: a later life has its own', () => {
    const trace = traceOf({ faults, network: { refusedAfterMs: 3 }, parameters: { heartbeatMs: 500 } });
    const its = trace.filter(({ node, time }) => node === 'n4:7000' && time > 3000 && time < 6000);
    expect(its.filter(({ type }) => type !== 'lost')).toEqual([]);
    const refusals = only(trace, 'unreachable').filter(({ peer }) => peer === 'n4:7000');
    expect(refusals.length).toBeGreaterThan(0);
    const lost = only(trace, 'lost').filter(({ to, reason }) => to === 'n4:7000' && reason === 'down');
    expect(lost.length).toBeGreaterThanOrEqual(refusals.length);
    const beats = new Simulation(scenarioOf({ faults, parameters: { heartbeatMs: 500 } }), {
      onStep: (node, input) =>
        node === 4 && input.type === 'timer' && input.timer.name === 'heartbeat' && fired.push(4),
    });
    const fired: number[] = [];
    beats.runUntil(6000);
    fired.length = 0;
    beats.runUntil(16_000);
    expect(fired.length).toBeGreaterThan(17);
    expect(fired.length).toBeLessThan(23);
  });

  test('is missed by its peers as soon as its connections close, where they do', () => {
    const noticed = (network: ScenarioChanges['network']) =>
      traceOf(complete(5, { faults: [{ atMs: 3000, do: 'kill', nodes: [4] }], network: { ...network } })).flatMap(
        (event) =>
          event.type === 'unreachable' && event.peer === 'n4:7000' ? [[event.time, event.node, event.reason]] : [],
      );
    const peers = ['n0:7000', 'n1:7000', 'n2:7000', 'n3:7000'];
    expect(noticed({ closedAfterMs: 7 })).toEqual(peers.map((peer) => [3007, peer, 'refused']));
    expect(noticed({ closedAfterMs: null })).toEqual([]);
  });

  test('comes back with its version, or without', () => {
    const versionOf = (remember: boolean) => {
      const simulation = new Simulation(scenarioOf({ nodes: 1, workload: publishing(100, 200) }));
      simulation.runUntil(1000);
      simulation.kill(0);
      simulation.start(0, remember);
      return simulation.snapshot(0).version;
    };
    expect([versionOf(true), versionOf(false)]).toEqual([2, 0]);
  });

  test('politely says so first', () => {
    const trace = traceOf({ faults: [{ atMs: 8000, do: 'leave', nodes: [4] }] });
    expect(only(trace, 'stopped')).toMatchObject([{ time: 8000, node: 'n4:7000', why: 'left' }]);
    const told = only(trace, 'status').filter(({ origin, status }) => origin === 'n4:7000' && status === 'left');
    expect(new Set(told.map(({ node }) => node)).size).toBe(20);
  });

  test('by churn comes back after its time', () => {
    const churn = {
      atMs: 2000,
      do: 'churn',
      killsPerSecond: 2,
      downMs: 700,
      untilMs: 12_000,
      remember: false,
    } as const;
    const trace = traceOf({ faults: [churn] });
    const kills = only(trace, 'stopped').map(({ time, node }) => `${time + 700} ${node}`);
    const returns = only(trace, 'started')
      .filter(({ time }) => time > 2000)
      .map(({ time, node }) => `${time} ${node}`);
    expect(kills.length).toBeGreaterThan(10);
    expect(returns).toEqual(kills);
    expect(Math.max(...only(trace, 'stopped').map(({ time }) => time))).toBeLessThanOrEqual(12_000);
  });
});

describe('a clock that drifts', () => {
  test('makes its timers fire sooner, and what it says later or earlier by its own time', () => {
    const beatsAt = (rate: number) => {
      const times: number[] = [];
      const simulation = new Simulation(
        scenarioOf({
          nodes: 1,
          parameters: { heartbeatMs: 1000 },
          faults: [{ atMs: 0, do: 'drift', nodes: [0], rate }],
        }),
        {
          onStep: (_, input) =>
            input.type === 'timer' && input.timer.name === 'heartbeat' && times.push(simulation.now),
        },
      );
      simulation.runUntil(20_000);
      return times.length;
    };
    expect(beatsAt(2)).toBeGreaterThan(1.8 * beatsAt(1));
    expect(beatsAt(0.5)).toBeLessThan(0.6 * beatsAt(1));
    const simulation = new Simulation(scenarioOf({ nodes: 2 }));
    simulation.runUntil(1000);
    simulation.drift(0, 3);
    simulation.runUntil(2000);
    simulation.publish(0, 'late');
    expect(simulation.snapshot(0).records[0]?.receivedAt).toBe(4000);
  });
});
