import { describe, expect, it } from 'vitest';
import type { Found, Recommendation } from '../lab/recommend.ts';
import type { Objective } from '../lab/objective.ts';
import { checkOptions } from '../http/node-options.ts';
import { recommendJsonOf, recommendTextOf } from './recommend-text.ts';

const OBJECTIVE: Objective = {
  nodes: 100,
  network: {},
  reliability: 0.99,
  withinMs: 2000,
  maxMessages: 1234,
  cost: 'messages',
  everyMs: 100,
};
const estimate = (value: number) => ({
  value,
  count: 381,
  interval: { low: value * 0.99, high: Math.min(1, value * 1.01) },
});

function found(changes: Partial<Found> = {}): Found {
  return {
    candidate: { strategy: 'random', maxPeers: 10, ttl: 32, fanout: 4 },
    reliability: { ...estimate(0.9951), interval: { low: 0.9912, high: 0.9987 } },
    pushedAlone: estimate(0.123),
    messages: { ...estimate(12_345), interval: { low: 12_000, high: 12_690 } },
    payload: estimate(10_987),
    bytes: estimate(1_234_567),
    timesToAllMs: [100, 200, 300, null],
    runs: 381,
    ...changes,
  };
}

function recommendation(changes: Partial<Recommendation> = {}): Recommendation {
  const runnersUp = Array.from({ length: 7 }, () => found());
  const counts = { candidates: 31, runs: 12_345, updates: 123_456, virtualMs: 36_000_000 };
  return { verdict: 'shown', best: found(), runnersUp, relax: {}, ...counts, ...changes };
}

const VERDICTS: readonly Partial<Recommendation>[] = [
  {},
  { verdict: 'not shown', updatesNeeded: 7620 },
  { verdict: 'none', relax: { withinMs: 123_456, reliability: 0.98765, maxMessages: 123_456 } },
];

describe('what gossip recommend says', () => {
  it.each(VERDICTS)('fits 100 columns, commands aside: %o', (changes) => {
    const lines = recommendTextOf(OBJECTIVE, recommendation(changes), 60_000).split('\n');
    const isCommand = (line: string): boolean => /^ {2}(?:gossip |echo |createGossip\(|\{)/.test(line);
    for (const line of lines) expect(isCommand(line) ? 0 : line.length, line).toBeLessThanOrEqual(100);
  });

  it('states reliability, latency and cost of what it recommends, and what the deadline is', () => {
    const text = recommendTextOf(OBJECTIVE, recommendation(), 60_000);
    expect(text).toContain('random, fanout 4, max 10 peers, TTL 32\nThe cheapest in messages that is proven');
    expect(text).toMatch(/Reliability +99\.51 % \(95 %: 99\.12 % to 99\.87 %; 4 updates in 381 runs\)/);
    expect(text).toMatch(/Latency +p50 200 ms, p99 not in time, slowest not in time/);
    expect(text).toMatch(/Cost +12,345 ± 345 messages per update, 10,987 of them payload; 1\.2 MB/);
    expect(text).toContain('The deadline (--max-ms 2000) runs from publication until the last live node');
  });

  it('gives its answer as a command, as options of the library that createGossip takes, and as JSON', () => {
    const text = recommendTextOf(OBJECTIVE, recommendation(), 60_000);
    expect(text).toContain('gossip -p 7001 -b 7000 --strategy random --fanout 4 --max-peers 10 --ttl 32\n');
    const [, options = ''] = /createGossip\((.*)\)/.exec(text) ?? [];
    const read = JSON.parse(options.replaceAll(/(\w+):/g, '"$1":').replaceAll("'", '"')) as { port: number };
    expect(checkOptions(read)).toMatchObject({ strategy: 'random', parameters: { maxPeers: 10, ttl: 32, fanout: 4 } });
    const { use } = recommendJsonOf(OBJECTIVE, recommendation(), 1) as { use: { json: object } };
    expect(text).toContain(`\n  ${JSON.stringify(use.json)}\n`);
    expect(use.json).toEqual({ strategy: 'random', parameters: { maxPeers: 10, ttl: 32, fanout: 4 } });
  });

  it('proposes nothing to start where no setting meets the target', () => {
    const text = recommendTextOf(OBJECTIVE, recommendation(VERDICTS[2]), 1);
    expect(text).not.toContain('Use it');
    expect(text).toContain('  --max-ms 123456\n  --reliability 0.9876\n  --max-messages 123456\n');
  });
});
