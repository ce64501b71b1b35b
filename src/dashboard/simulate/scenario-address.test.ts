import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { parseScenario, ScenarioError, type Scenario } from '../../sim/simulate.ts';
import { swarmScenario } from '../../verify/swarm-scenario.ts';
import { MAX_PAGE_MS } from './page-limits.ts';
import { AddressError, decodeScenario, encodeScenario } from './scenario-address.ts';

const SCENARIOS = new URL('../../../scenarios/', import.meta.url);

/** What an address does not hold. */
function withoutDescription(scenario: Scenario): Scenario {
  return { ...scenario, description: '' };
}

/** In a scenario file's terms, where it may be shorter. */
const byHand = fc.record(
  {
    name: fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' }).filter((name) => name.length <= 100),
    seed: fc.nat({ max: 2 ** 31 - 1 }),
    nodes: fc.integer({ min: 10, max: 2000 }),
    durationMs: fc.double({ min: 20_000, max: 600_000, noNaN: true }),
    parameters: fc.record({ ttl: fc.integer({ min: 1, max: 9 }), fanout: fc.nat({ max: 9 }) }, { requiredKeys: [] }),
    join: fc.constantFrom(
      'seed',
      'chain',
      'random',
      'graph',
      { how: 'graph', degree: 2.5 },
      { how: 'seed', everyMs: 0.3 },
    ),
    workload: fc.record(
      {
        favorites: fc.boolean(),
        resampleMs: fc.constantFrom(0, 10_000),
        updates: fc.nat({ max: 50 }),
        publish: fc.array(
          fc.record({
            atMs: fc.integer({ min: 10_000, max: 20_000 }),
            node: fc.nat({ max: 9 }),
            book: fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
          }),
        ),
      },
      { requiredKeys: [] },
    ),
    network: fc.record(
      {
        delay: fc.oneof(
          fc.double({ min: 0, max: 1000, noNaN: true }).map(Math.abs),
          fc.constantFrom(
            { kind: 'uniform', minMs: 0, maxMs: 1e-7 },
            { kind: 'logNormal', medianMs: 30 },
            { kind: 'uniform', minMs: 5, maxMs: 9, perMessage: true },
            { kind: 'logNormal', medianMs: 30, perMessage: true },
            {
              kind: 'regions',
              matrixMs: [
                [1, 80],
                [80.5, 1],
              ],
              jitterMs: 5,
            },
            { kind: 'regions', matrixMs: [[3]] },
          ),
        ),
        loss: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
        refusedAfterMs: fc.constantFrom(null, 0, 50),
        timeoutMs: fc.constantFrom(null, 7.5),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

// Each address is made by trying what may be left out.
vi.setConfig({ testTimeout: 30_000 });

describe('a scenario in an address', () => {
  test('is the same after there and back, whatever happens in it', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const drawn = swarmScenario(seed);
        const scenario = { ...drawn, durationMs: Math.min(drawn.durationMs, MAX_PAGE_MS) };
        expect(decodeScenario(encodeScenario(scenario))).toEqual(withoutDescription(scenario));
      }),
      { numRuns: 25 },
    );
  });

  test('is the same after there and back, whatever a file may say of it', () => {
    fc.assert(
      fc.property(byHand, (file) => {
        const scenario = parseScenario(file);
        const address = encodeScenario(scenario);
        expect(address).toMatch(/^[!-~]+$/);
        expect(decodeScenario(`#${address}`)).toEqual(withoutDescription(scenario));
      }),
      { numRuns: 60 },
    );
  });

  test('of each that is shipped and small enough for a page, too', () => {
    const files = readdirSync(SCENARIOS).filter((name) => name !== 'massive-failure.json');
    expect(files.length).toBeGreaterThan(10);
    for (const name of files) {
      const scenario = parseScenario(JSON.parse(readFileSync(new URL(name, SCENARIOS), 'utf8')));
      expect(decodeScenario(encodeScenario(scenario)), name).toEqual(withoutDescription(scenario));
    }
  });

  test('says what differs from the defaults, and nothing else', () => {
    expect(encodeScenario(parseScenario({}))).toBe('v=1');
    const scenario = parseScenario({
      ...{ nodes: 60, strategy: 'random', seed: 7, parameters: { fanout: 4 }, network: { loss: 0.02, delay: 50 } },
      faults: [
        { atMs: 3000, do: 'kill', nodes: [5, 6] },
        { atMs: 9000, do: 'partition', nodes: { part: 0.5 } },
        { atMs: 12_000, do: 'heal' },
      ],
    });
    expect(encodeScenario(scenario)).toBe(
      'v=1&nodes=60&strategy=random&seed=7&fanout=4&delay=50&loss=0.02&faults=kill@3000:5,6;partition@9000:part0.5;heal@12000',
    );
  });

  test('needs no version to be written by hand, and is the default one where it says nothing', () => {
    expect(decodeScenario('')).toEqual(parseScenario({}));
    expect(decodeScenario('#nodes=20&faults=kill@3000:any3')).toEqual(
      parseScenario({ nodes: 20, faults: [{ atMs: 3000, do: 'kill', nodes: { count: 3 } }] }),
    );
  });
});

describe('an address that cannot be meant', () => {
  test.each([
    ['v=2', 'v: this page reads version 1 of such addresses, got "2"'],
    ['nodes=many', 'nodes: expected a number, got "many"'],
    ['nodes=2001', 'nodes: expected at most 2000 in the page, got 2001'],
    ['nodes=0', 'nodes: expected a whole number from 1 to 1000000, got 0'],
    ['nodes=5&nodes=6', 'nodes: it is there twice'],
    ['nodes', 'nodes: expected a number, got ""'],
    ['for=900000', 'durationMs: expected at most 600000 in the page, got 900000'],
    ['strategy=telepathy', 'strategy: expected one of "plumtree", "flood", "random", got "telepathy"'],
    ['loss=1.5', 'network.loss: expected a number from 0 to 1, got 1.5'],
    ['loss=-1', 'loss: expected a number, got "-1"'],
    ['__proto__=1', '"__proto__": there is no such field in an address'],
    ['name=%E0%A4%A', 'name: "%E0%A4%A" is no percent-encoded text'],
    ['faults=kill', 'faults: kill: the time after "@": expected a number, got nothing'],
    ['faults=kill@3000', 'faults: "kill": expected nodes, got nothing'],
    ['faults=kill@3000:5:now', 'faults: kill: nothing is known of "now"'],
    ['faults=kill@3000:500', 'faults[0].nodes[0]: expected a node from 0 to 99, got 500'],
    ['delay=1~2~3', 'delay: expected one delay or two, got "1~2~3"'],
    ['publish=7', 'publish: expected NODE@TIME:TEXT, got "7"'],
    [`name=${'x'.repeat(40_000)}`, 'the address is longer than 32768 characters'],
  ])('is refused with a sentence that names the field: %s', (address, reason) => {
    expect(() => decodeScenario(address)).toThrow(reason);
  });

  test('is refused in one line, whatever it is', () => {
    const key = fc.constantFrom('nodes', 'faults', 'delay', 'join', 'publish', 'name', 'loss', 'for', 'ttl', 'x');
    const value = fc.oneof(fc.string(), fc.constantFrom('kill@1:', 'any', '1~', 'graph:', 'regions:;', 'churn@1:1'));
    const address = fc.array(fc.tuple(key, value)).map((all) => all.map((pair) => pair.join('=')).join('&'));
    fc.assert(
      fc.property(fc.oneof(address, fc.string()), (words) => {
        try {
          decodeScenario(words);
        } catch (error) {
          expect(error instanceof AddressError || error instanceof ScenarioError).toBe(true);
          expect((error as Error).message).toMatch(/^[^\n]{1,600}$/);
        }
      }),
    );
  });
});
