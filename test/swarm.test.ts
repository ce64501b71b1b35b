/**
 * Networks drawn from seeds, in the way of TigerBeetle's simulator: safe at every step of a storm, at rest in the quiescence that
 * follows. A failure names its seed: `npm run swarm -- --seed 17` tells how it came to it, `npm run swarm -- --seeds 1..9999`
 * looks for more.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { examine } from '../src/verify/examination.ts';
import { parseScenario } from '../src/scenario/scenario-file.ts';
import type { Scenario } from '../src/scenario/scenario.ts';
import { swarmScenario } from '../src/verify/swarm-scenario.ts';

const SEEDS = 300;
const SEEDS_PER_TEST = 30;
const REGRESSIONS = new URL('./regressions/', import.meta.url);

describe('a swarm', () => {
  const firsts = Array.from({ length: SEEDS / SEEDS_PER_TEST }, (_, i) => 1 + i * SEEDS_PER_TEST);

  test.each(firsts)(
    `of ${SEEDS_PER_TEST} networks, from seed %i on, is safe in the storm and at rest after it`,
    (first) => {
      const failures: string[] = [];
      for (let seed = first; seed < first + SEEDS_PER_TEST; seed++) {
        const { violation } = examine(swarmScenario(seed));
        if (violation !== undefined) failures.push(`npm run swarm -- --seed ${seed}: ${violation.message}`);
      }
      expect(failures).toEqual([]);
    },
    60_000,
  );
});

describe('what the swarm found once stays mended:', () => {
  test.each(readdirSync(REGRESSIONS))(
    '%s',
    (name) => {
      const scenario = parseScenario(JSON.parse(readFileSync(new URL(name, REGRESSIONS), 'utf8')));
      const { violation, settledAfterMs } = examine(scenario);
      expect(violation?.message).toBeUndefined();
      expect(settledAfterMs).toBeDefined();
    },
    30_000,
  );
});

describe('the scenarios of seeds', () => {
  const scenarios = Array.from({ length: 1000 }, (_, seed) => swarmScenario(seed));
  const all = (kindsOf: (scenario: Scenario) => readonly string[]) => [...new Set(scenarios.flatMap(kindsOf))].sort();

  test('are valid scenario files, and the same again', () => {
    for (const [seed, scenario] of scenarios.entries()) {
      expect(parseScenario(JSON.parse(JSON.stringify(scenario)))).toEqual(scenario);
      if (seed % 100 === 0) expect(swarmScenario(seed)).toEqual(scenario);
    }
  });

  test('have every kind of fault, delay, join and strategy among them', () => {
    expect(all(({ faults }) => faults.map((fault) => fault.do))).toEqual(
      ['kill', 'leave', 'pause', 'resume', 'restart', 'slow', 'partition', 'heal', 'drift', 'lose', 'churn'].sort(),
    );
    expect(all(({ network }) => [network.delay.kind])).toEqual(['constant', 'logNormal', 'regions', 'uniform']);
    expect(all(({ join }) => [join.how])).toEqual(['chain', 'graph', 'random', 'seed']);
    expect(all(({ strategy }) => [strategy])).toEqual(['flood', 'plumtree', 'random']);
  });
});
