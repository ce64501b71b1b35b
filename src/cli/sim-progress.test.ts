import { describe, expect, test } from 'vitest';
import { SimProgress } from './sim-progress.ts';

const ERASE = '\r\u001b[K';

/** A progress of a run of a minute, whose clock goes on by `stepMs` at each look. */
function tellTimes(
  times: number,
  { isTTY, isQuiet, stepMs }: { isTTY: boolean; isQuiet: boolean; stepMs: number },
): string {
  let written = '';
  let clock = 0;
  const stderr = { isTTY, write: (text: string) => ((written += text), true) };
  const progress = new SimProgress(60_000, stderr, isQuiet, () => (clock += stepMs));
  for (let i = 1; i <= times; i++) progress.tell(1000 * i, 500 * i);
  progress.clear();
  return written;
}

describe('progress', () => {
  test('is one line that is overwritten on a terminal, and gone at the end', () => {
    const written = tellTimes(2, { isTTY: true, isQuiet: true, stepMs: 250 });
    const first = '1 s of 60 s (1 %), 2,000 events/s, about 14.8 s left';
    expect(written.startsWith(`${ERASE}${first}${ERASE}2 s of`)).toBe(true);
    expect(written.endsWith(ERASE)).toBe(true);
  });

  test('is a plain line now and then elsewhere', () => {
    const written = tellTimes(12, { isTTY: false, isQuiet: false, stepMs: 1000 });
    expect(written.split('\n')).toHaveLength(3);
    expect(written).not.toContain('\u001b');
  });

  test('is nothing where nobody wants it, nor in a short run', () => {
    expect(tellTimes(50, { isTTY: false, isQuiet: true, stepMs: 1000 })).toBe('');
    expect(tellTimes(3, { isTTY: false, isQuiet: false, stepMs: 10 })).toBe('');
  });
});
