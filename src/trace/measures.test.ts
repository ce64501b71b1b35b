import { describe, expect, test } from 'vitest';
import { Measures, type FloodMsFrom, type MeasurePlan } from './measures.ts';
import type { RunEvent } from './trace-event.ts';

const ALL: MeasurePlan = { fromMs: -Infinity, untilMs: Infinity, exceptFirst: false };
const [A, B, C, D] = ['a:1', 'b:1', 'c:1', 'd:1'] as const;

/** A run of these events, told as `[time, node, event]`. */
type Told = readonly [number, string, Record<string, unknown>];

function measure(told: readonly Told[], plan = ALL, floodMsFrom?: FloodMsFrom): ReturnType<Measures['result']> {
  const measures = new Measures(plan, undefined, floodMsFrom);
  for (const [time, node, event] of told) measures.observe(time, node, event as unknown as RunEvent);
  return measures.result();
}

const started = (...nodes: string[]): Told[] => nodes.map((node) => [0, node, { type: 'started' }]);
const publishes = (time: number, origin: string, version: number, more = {}): Told => {
  return [time, origin, { type: 'published', uuid: `${origin} ${version}`, origin, version, payload: 1, ...more }];
};
const applies = (time: number, node: string, origin: string, version: number, hops = 1, more = {}): Told => {
  return [time, node, { type: 'applied', uuid: `${origin} ${version}`, origin, version, via: origin, hops, ...more }];
};
const sends = (time: number, node: string, origin: string, version: number, bytes?: number): Told => {
  const rumor = { type: 'sent', to: 'x:1', message: 'rumor', uuid: `${origin} ${version}`, origin, version };
  return [time, node, bytes === undefined ? rumor : { ...rumor, bytes }];
};
const control = (time: number, node: string, bytes?: number): Told => {
  return [time, node, { type: 'sent', to: 'x:1', message: 'heartbeat', ...(bytes === undefined ? {} : { bytes }) }];
};
const stops = (time: number, node: string, why = 'killed'): Told => [time, node, { type: 'stopped', why }];
const says = (time: number, node: string, origin: string, status = 'down', version = 1): Told => {
  return [time, node, { type: 'status', origin, status, version }];
};

test('what was published too late to be repaired is left out of the result, if it is asked to be', () => {
  const measures = new Measures(ALL);
  const told = [...started(A, B), publishes(100, A, 1), applies(150, B, A, 1), publishes(900, A, 2)];
  for (const [time, node, event] of told) measures.observe(time, node, event as unknown as RunEvent);
  expect(measures.result(500)).toMatchObject({ updates: 1, coverage: { min: 1 }, deliveryTimeMs: { max: 50 } });
});

describe('coverage and delivery time', () => {
  test('are told of an update that reaches everyone', () => {
    const measured = measure([
      ...started(A, B, C, D),
      publishes(100, A, 1),
      applies(110, B, A, 1),
      applies(120, C, A, 1, 2),
      applies(190, D, A, 1, 3),
    ]);
    expect(measured).toMatchObject({
      updates: 1,
      live: 4,
      coverage: { min: 1, mean: 1 },
      deliveryTimeMs: { p50: 20, p99: 90, max: 90 },
      lastDeliveryHop: { p50: 3, max: 3 },
    });
  });

  test('are told of each update by itself, delivery by delivery, to who asks', () => {
    const deliveries: (readonly [string, number])[] = [];
    const measures = new Measures(ALL, ({ uuid }, ageMs) => deliveries.push([uuid, ageMs]));
    const told = [
      ...[...started(A, B, C), publishes(100, A, 1), sends(100, A, A, 1), sends(100, A, A, 1), applies(110, B, A, 1)],
      ...[stops(115, B), publishes(120, C, 1), applies(130, A, C, 1), applies(150, C, A, 1, 4)],
    ];
    for (const [time, node, event] of told) measures.observe(time, node, event as unknown as RunEvent);
    expect(deliveries).toEqual([
      [`${A} 1`, 10],
      [`${C} 1`, 10],
      [`${A} 1`, 50],
    ]);
    expect([...measures.eachUpdate]).toMatchObject([
      { uuid: `${A} 1`, publishedAt: 100, liveNodes: 3, copies: 2, lastHop: 4 },
      { uuid: `${C} 1`, publishedAt: 120, liveNodes: 2, copies: 0, lastHop: 1 },
    ]);
  });

  test('leave out what never came: no maximum where one node was missed', () => {
    const { coverage, deliveryTimeMs } = measure([
      ...started(A, B, C, D),
      publishes(0, A, 1),
      applies(10, B, A, 1),
      applies(20, C, A, 1),
    ]);
    expect(coverage).toEqual({ min: 0.75, mean: 0.75 });
    expect(deliveryTimeMs).toEqual({ p50: 20 });
  });

  test('count only who lives at the end', () => {
    const { coverage, deliveryTimeMs, live } = measure([
      ...started(A, B, C),
      publishes(0, A, 1),
      applies(10, B, A, 1),
      stops(50, C),
    ]);
    expect([live, coverage?.min, deliveryTimeMs?.max]).toEqual([2, 1, 10]);
  });

  test('take a newer version for the older: an update that was overtaken is no miss', () => {
    const { coverage, deliveryTimeMs, lastDeliveryHop } = measure([
      ...started(A, B, C),
      publishes(0, A, 1),
      applies(10, B, A, 1),
      publishes(20, A, 2),
      applies(30, C, A, 2, 5),
      applies(35, B, A, 2),
    ]);
    expect(coverage).toEqual({ min: 1, mean: 1 });
    expect(deliveryTimeMs?.max).toBe(30);
    expect(lastDeliveryHop?.max).toBe(5);
  });

  test('keep the records of one origin apart by their keys', () => {
    const { coverage } = measure([
      ...started(A, B),
      publishes(0, A, 1, { key: 'load' }),
      publishes(1, A, 2),
      applies(10, B, A, 2),
    ]);
    expect(coverage).toEqual({ min: 0.5, mean: 0.75 });
  });

  test('expect a node that starts later to catch up, but do not time it', () => {
    const late: Told = [1000, C, { type: 'started' }];
    const reached = [...started(A, B), publishes(0, A, 1), applies(10, B, A, 1), late];
    expect(measure(reached)).toMatchObject({ coverage: { min: 2 / 3 }, deliveryTimeMs: { max: 10 } });
    expect(measure([...reached, applies(2000, C, A, 1)])).toMatchObject({
      coverage: { min: 1 },
      deliveryTimeMs: { max: 10 },
    });
  });

  test('have a node that starts again hold nothing, be it the origin itself', () => {
    const again: Told = [100, A, { type: 'started' }];
    const told = [...started(A, B), publishes(0, A, 5), applies(10, B, A, 5), stops(50, A), again];
    expect(measure(told).coverage?.min).toBe(0.5);
    expect(measure([...told, publishes(110, A, 6)], { ...ALL, untilMs: 100 }).coverage?.min).toBe(1);
  });

  test('wait for what an origin tells that has forgotten its version, until it is above it', () => {
    const told = [
      ...started(A, B),
      publishes(0, A, 7),
      applies(10, B, A, 7),
      stops(50, A),
      [60, A, { type: 'started' }] as const,
      publishes(70, A, 1, { uuid: 'new' }),
    ];
    expect(measure(told).coverage?.min).toBe(0);
    const { coverage, updates, deliveryTimeMs } = measure([
      ...told,
      publishes(80, A, 8),
      refutes(80, A, 8),
      applies(95, B, A, 8),
    ]);
    expect([coverage?.min, updates, deliveryTimeMs?.max]).toEqual([1, 2, 25]);
  });
});

const refutes = (time: number, node: string, version: number): Told => {
  return [time, node, { type: 'refuted', heard: version - 1, version, status: 'down' }];
};

describe('the time to all', () => {
  const TWO_UPDATES = [
    ...started(A, B, C),
    ...[publishes(100, A, 1), applies(110, B, A, 1), applies(140, C, A, 1)],
    ...[publishes(200, B, 1), applies(220, A, B, 1), applies(230, C, B, 1)],
  ];

  test('is the longest delivery time of each update, over the updates', () => {
    const { deliveryTimeMs, timeToAllMs } = measure(TWO_UPDATES);
    expect(deliveryTimeMs).toEqual({ p50: 20, p99: 40, max: 40 });
    expect(timeToAllMs).toEqual({ p50: 30, p99: 40, max: 40 });
  });

  test('is infinite where a node that lives was missed, and counts nobody who died', () => {
    const missed = [...TWO_UPDATES, publishes(300, C, 1), applies(350, A, C, 1)];
    expect(measure(missed).timeToAllMs).toEqual({ p50: 40 });
    expect(measure([...missed, stops(400, B)]).timeToAllMs).toEqual({ p50: 40, p99: 50, max: 50 });
  });

  test('by what a flood would take is the stretch, where that is known', () => {
    const flood: FloodMsFrom = (origin) => (origin === A ? 20 : undefined);
    expect(measure(TWO_UPDATES, ALL, flood).stretch).toEqual({ p50: 2, max: 2 });
    expect(measure(TWO_UPDATES, ALL, () => 30).stretch).toEqual({ p50: 1, max: 40 / 30 });
    expect(measure(TWO_UPDATES, ALL, () => 0)).not.toHaveProperty('stretch');
    expect(measure(TWO_UPDATES)).not.toHaveProperty('stretch');
  });

  test('was never, where an update missed a node: then its stretch has no end, too', () => {
    const missed = [...TWO_UPDATES, publishes(300, C, 1), applies(350, A, C, 1)];
    expect(measure(missed, ALL, () => 30).stretch).toEqual({ p50: 1.33 });
  });
});

describe('an update', () => {
  test('is not what a node only says again to refute an accusation; its copies are control', () => {
    const { updates, payloadPerUpdate, controlPerUpdate } = measure([
      ...started(A, B),
      publishes(0, A, 1),
      sends(0, A, A, 1),
      publishes(9, B, 1),
      sends(9, B, B, 1),
      refutes(9, B, 1),
    ]);
    expect({ updates, payloadPerUpdate, controlPerUpdate }).toEqual({
      updates: 1,
      payloadPerUpdate: 1,
      controlPerUpdate: 1,
    });
  });

  test('is not a claim about somebody', () => {
    expect(measure([...started(A), publishes(0, A, 1, { status: 'left' })]).updates).toBe(0);
  });

  test('is not what is told outside the time of measuring, nor the first of each life where that is left out', () => {
    const told = [...started(A, B), publishes(1, A, 1), publishes(50, A, 2), publishes(51, B, 1), publishes(99, B, 2)];
    expect(measure(told, { ...ALL, fromMs: 50, untilMs: 60 }).updates).toBe(2);
    expect(measure(told, { fromMs: 50, untilMs: 60, exceptFirst: true }).updates).toBe(1);
  });
});

describe('costs', () => {
  test('are payload and its redundancy, all other messages, and bytes, for each update', () => {
    const measured = measure(
      [
        ...started(A, B, C),
        control(1, A, 1000),
        publishes(10, A, 1),
        sends(10, A, A, 1, 100),
        sends(10, A, A, 1, 100),
        sends(11, B, A, 1, 100),
        control(12, C, 30),
        publishes(20, B, 1),
        sends(20, B, B, 1, 100),
      ],
      { ...ALL, fromMs: 10 },
    );
    expect(measured).toMatchObject({ payloadPerUpdate: 2, redundancy: 0, controlPerUpdate: 0.5, bytesPerUpdate: 215 });
  });

  test('leave out bytes where the host tells none', () => {
    const measured = measure([...started(A, B), publishes(0, A, 1), sends(0, A, A, 1)]);
    expect(measured).not.toHaveProperty('bytesPerUpdate');
    expect(measured).toMatchObject({ payloadPerUpdate: 1, redundancy: 0 });
  });

  test('are left out where nothing was published', () => {
    expect(measure([...started(A, B), control(0, A)])).toEqual({ updates: 0, live: 2, links: 0, falsePositives: 0 });
  });
});

describe('detection', () => {
  test('is timed from the kill until each of the living says so', () => {
    const told = [...started(A, B, C, D), stops(1000, D), says(1500, A, D), says(1700, B, D), says(2500, C, D)];
    expect(measure(told)).toMatchObject({ detectionMs: { p50: 700, max: 1500 }, falsePositives: 0 });
    expect(measure(told.slice(0, -1)).detectionMs).toEqual({ p50: 700 });
  });

  test('asks nothing of those that die, start later, or whose victim comes back', () => {
    const back: Told = [3000, D, { type: 'started' }];
    const late: Told = [1100, 'e:1', { type: 'started' }];
    const told = [...started(A, B, C, D), stops(1000, D), late, says(1500, A, D), stops(1600, B, 'left'), back];
    expect(measure(told).detectionMs).toEqual({ p50: 500, max: 500 });
  });

  test('is left out where nobody has said it', () => {
    expect(measure([...started(A, B), stops(5, B)])).toEqual({ updates: 0, live: 1, links: 0, falsePositives: 0 });
  });

  test('counts a node once that says it twice', () => {
    const told = [...started(A, B), stops(0, B), says(5, A, B), says(6, A, B, 'alive'), says(9, A, B)];
    expect(measure(told).detectionMs).toEqual({ p50: 5, max: 5 });
  });

  test('knows no kill in a polite goodbye', () => {
    const told = [...started(A, B), stops(5, B, 'left'), says(6, A, B, 'left'), says(7, A, B, 'down')];
    expect(measure(told)).toEqual({ updates: 0, live: 1, links: 0, falsePositives: 0 });
  });

  test('calls it false when the accused lives, each of them once', () => {
    const told = [...started(A, B, C), says(5, A, C), says(6, B, C), says(7, C, A), says(8, C, 'unknown:1')];
    expect(measure(told).falsePositives).toBe(2);
  });

  test('does not call it false when it speaks late about an earlier life', () => {
    const again: Told = [20, C, { type: 'started' }];
    const told = [...started(A, B, C), publishes(1, C, 4), stops(10, C), again];
    expect(measure([...told, says(21, A, C, 'down', 4)]).falsePositives).toBe(0);
    expect(measure([...told, says(21, A, C, 'down', 5)]).falsePositives).toBe(1);
  });
});

test('links are those of the living, a link that one end has given up half of one', () => {
  const up = (node: string, peer: string): Told => [1, node, { type: 'peerUp', peer }];
  const down: Told = [2, B, { type: 'peerDown', peer: A, reason: 'evicted' }];
  const told = [...started(A, B, C, D), up(A, B), up(B, A), up(A, C), up(C, A), up(D, C), up(C, D)];
  expect(measure(told).links).toBe(3);
  expect(measure([...told, down, stops(3, D)]).links).toBe(2);
});

test('a result may be asked for at any time: to ask changes nothing', () => {
  const told = [
    ...[...started(A, B, C, D), publishes(100, A, 1), applies(110, B, A, 1), stops(120, D), says(130, B, D)],
    ...[applies(190, C, A, 1), says(200, A, D), says(210, C, D)],
  ];
  const measures = new Measures(ALL);
  for (const [time, node, event] of told) {
    measures.observe(time, node, event as unknown as RunEvent);
    measures.result();
  }
  expect(measures.result()).toEqual(measure(told));
  expect(measures.result()).toMatchObject({ deliveryTimeMs: { max: 90 }, detectionMs: { max: 90 } });
});

test('a trace without starts, of one node alone, is measured too', () => {
  const measured = measure([publishes(0, A, 1), sends(0, A, A, 1), applies(3, A, B, 9)]);
  expect(measured).toMatchObject({ updates: 1, live: 1, coverage: { min: 1 }, payloadPerUpdate: 1 });
  expect(measured).not.toHaveProperty('redundancy');
});

test('an event costs microseconds, also in a network of 20,000', () => {
  const nodes = 20_000;
  const measures = new Measures();
  for (let i = 0; i < nodes; i++) measures.observe(0, `n${i}:1`, { type: 'started' });
  for (let u = 1; u <= 10; u++) {
    const facts = { uuid: `u${u}`, origin: 'n0:1', version: u };
    measures.observe(u * 1000, 'n0:1', { type: 'published', ...facts });
    for (let i = 1; i < nodes; i++) {
      const node = `n${i}:1`;
      measures.observe(u * 1000 + (i % 700), node, { type: 'applied', ...facts, via: node, hops: 3 });
    }
  }
  const { coverage, deliveryTimeMs } = measures.result();
  expect(coverage?.min).toBe(1);
  expect(deliveryTimeMs?.max).toBe(699);
  expect(deliveryTimeMs?.p50).toBe(344);
});
