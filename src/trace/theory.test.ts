import { describe, expect, test } from 'vitest';
import {
  chanceOfEveryone,
  floodCopies,
  pushOnceCopies,
  pushOnceCoverage,
  pushOnceCoverageAfter,
  pushPullRounds,
  pushRounds,
  residue,
  swimFirstDetectionMs,
  treeCopies,
} from './theory.ts';

describe('theory', () => {
  test('a flood crosses every link both ways but for the first copies; among 100 that all know each other, 9,801', () => {
    expect(floodCopies(100, (100 * 99) / 2)).toBe(9801);
    expect(floodCopies(3, 3)).toBe(4);
    expect(floodCopies(100, 99)).toBe(treeCopies(100));
  });

  test.each([
    [3, 0.9405],
    [4, 0.9802],
    [5, 0.993],
  ])('push-once with fanout %d reaches %d of all', (fanout, coverage) => {
    expect(pushOnceCoverage(fanout)).toBeCloseTo(coverage, 4);
  });

  test('push-once dies out where each tells one', () => {
    expect([pushOnceCoverage(0), pushOnceCoverage(1)]).toEqual([0, 0]);
  });

  test.each([
    [4, 4, 0.891],
    [5, 5, 0.993],
  ])('with fanout %d and TTL %d it reaches %d of 100', (fanout, ttl, coverage) => {
    expect(pushOnceCoverageAfter(100, fanout, ttl)).toBeCloseTo(coverage, 3);
  });

  test('a TTL that does not bind leaves the fixed point, a network of one its one', () => {
    expect(pushOnceCoverageAfter(100_000, 5, 255)).toBeCloseTo(pushOnceCoverage(5), 3);
    expect(pushOnceCoverageAfter(1, 5, 5)).toBe(1);
    expect(pushOnceCoverageAfter(100, 5, 0)).toBe(0.01);
  });

  test('push-once sends fanout copies from each that it reaches: 497 of 100 at 5', () => {
    expect(pushOnceCopies(100, 5, pushOnceCoverage(5))).toBeCloseTo(496.5, 1);
  });

  test.each([
    [5, 0.51],
    [7, 0.913],
    [10, 0.995],
  ])('fanout %d reaches all of 100 with a chance of %d', (fanout, chance) => {
    expect(chanceOfEveryone(100, fanout)).toBeCloseTo(chance, 2);
  });

  test('push takes 11.2 rounds for 100, push-pull at least 4.2', () => {
    expect(pushRounds(100)).toBeCloseTo(11.25, 2);
    expect(pushPullRounds(100)).toBeCloseTo(4.19, 2);
  });

  test.each([
    [1, 0.2],
    [2, 0.06],
    [3, 0.02],
  ])('rumor mongering with a counter of %d leaves out %d', (counter, left) => {
    expect(residue(counter)).toBeCloseTo(left, 2);
  });

  test('SWIM finds a failure out after 1.58 periods', () => {
    expect(swimFirstDetectionMs(1000)).toBeCloseTo(1582, 0);
  });
});
