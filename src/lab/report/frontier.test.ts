import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beats, candidatesOf, frontierOf, type Candidate } from './frontier.ts';
import { resultsOf, WELL } from './report-fixture.ts';
import { reportSettings } from './settings.ts';

const [setting] = reportSettings(resultsOf({ settings: [{ strategy: 'flood' }], measure: () => WELL }));
/** Of few values, so that ties are common. */
const candidate = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(1, 2, 3, Infinity), fc.constantFrom(0, 0.5, 1))
  .map(([messages, timeMs, reliability]): Candidate => ({ setting: setting!, messages, timeMs, reliability }));

describe('the frontier', () => {
  test('holds exactly those that no other beats', () => {
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 30 }), (all) => {
        const frontier = new Set(frontierOf(all));
        for (const each of all) expect(frontier.has(each)).toBe(!all.some((other) => beats(other, each)));
      }),
    );
  });

  test('beats everything that is not on it', () => {
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 30 }), (all) => {
        const frontier = frontierOf(all);
        const rest = all.filter((each) => !frontier.includes(each));
        for (const each of rest) expect(frontier.some((best) => beats(best, each))).toBe(true);
      }),
    );
  });

  test('is cheapest first, and takes equals both or neither', () => {
    const [cheap, same, dear, slow] = [
      { messages: 1, timeMs: 9 },
      { messages: 1, timeMs: 9 },
      { messages: 5, timeMs: 2 },
      { messages: 6, timeMs: 2 },
    ].map((values): Candidate => ({ setting: setting!, reliability: 1, ...values }));
    expect(frontierOf([dear!, slow!, cheap!, same!])).toEqual([cheap, same, dear]);
  });

  test('takes a setting for infinitely slow when one of its runs has no time to all', () => {
    const results = resultsOf({
      settings: [{ fanout: 3 }],
      measure: (_, seed) => (seed === 1 ? { ...WELL, timeToAllMsP50: undefined } : WELL) as typeof WELL,
    });
    expect(candidatesOf(reportSettings(results))).toMatchObject([{ timeMs: Infinity, messages: 100 }]);
  });
});
