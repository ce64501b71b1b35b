import { describe, expect, test } from 'vitest';
import { NewsStorm } from './news-storm.ts';

const WINDOW_MS = 500;
const PATIENCE_MS = 2500;

const newStorm = () => new NewsStorm(WINDOW_MS, PATIENCE_MS, 0);

/** @returns whether there was a storm at each of them */
function come(storm: NewsStorm, times: readonly number[]): boolean[] {
  return times.map((time) => {
    storm.add(time);
    return storm.isOn(time);
  });
}

/** So many, evenly, from one time up to another. */
const evenly = (count: number, from: number, until: number) =>
  Array.from({ length: count }, (_, i) => Math.floor(from + (i * (until - from)) / count));

describe('a storm of news', () => {
  test('is what comes close together where nothing is usual, and no three of them', () => {
    expect(come(newStorm(), [0, 10, 20, 30, 40])).toEqual([false, false, false, true, true]);
    expect(come(newStorm(), evenly(100, 0, 100 * WINDOW_MS)).includes(true)).toBe(false);
  });

  test('is over when nothing has come for a window', () => {
    const storm = newStorm();
    come(storm, evenly(20, 0, 100));
    expect(storm.isOn(95 + WINDOW_MS - 1)).toBe(true);
    expect(storm.isOn(95 + WINDOW_MS)).toBe(false);
  });

  test('goes on into the next window', () => {
    const storm = newStorm();
    come(storm, evenly(20, 0, WINDOW_MS));
    expect(come(storm, [WINDOW_MS + 10])).toEqual([true]);
  });

  test('is none where so much is usual, and is one again where much more comes', () => {
    const storm = newStorm();
    const minutes = 3 * 60_000;
    come(storm, evenly(minutes / 100, 0, minutes));
    storm.compared(minutes);
    expect(come(storm, evenly(20, minutes, minutes + 2000)).includes(true)).toBe(false);
    storm.compared(minutes + 2000);
    expect(come(storm, evenly(100, minutes + 2000, minutes + 2500)).includes(true)).toBe(true);
  });

  test('is unusual again after a long silence', () => {
    const storm = newStorm();
    const minutes = 3 * 60_000;
    come(storm, evenly(minutes / 100, 0, minutes));
    expect(come(storm, evenly(10, 2 * minutes, 2 * minutes + 100)).at(-1)).toBe(true);
  });

  test('is waited out no longer than there is patience, which begins anew when tables are compared', () => {
    const storm = newStorm();
    const untilMs = PATIENCE_MS + 10;
    come(storm, evenly(500, 0, untilMs));
    expect(storm.isOn(PATIENCE_MS - 1)).toBe(true);
    expect(storm.isOn(PATIENCE_MS)).toBe(false);
    storm.compared(untilMs);
    expect(come(storm, [untilMs + 1])).toEqual([true]);
  });
});
