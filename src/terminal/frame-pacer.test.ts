import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FramePacer } from './frame-pacer.ts';

describe('FramePacer', () => {
  const draw = vi.fn();
  let pacer: FramePacer;

  beforeEach(() => {
    vi.useFakeTimers();
    draw.mockClear();
    pacer = new FramePacer(draw);
    pacer.start();
  });
  afterEach(() => {
    pacer.stop();
    vi.useRealTimers();
  });

  it('draws once a second when nothing happens', () => {
    vi.advanceTimersByTime(10_000);
    expect(draw).toHaveBeenCalledTimes(11);
  });

  it('draws at most five times a second, however much happens', () => {
    for (let ms = 0; ms < 1000; ms++) {
      pacer.touch();
      pacer.touch();
      vi.advanceTimersByTime(1);
    }
    expect(draw).toHaveBeenCalledTimes(1 + 5);
  });

  it('draws at once what happens after a quiet moment', () => {
    vi.advanceTimersByTime(500);
    pacer.touch();
    expect(draw).toHaveBeenCalledTimes(2);
  });

  it('draws the last thing that happened, though nothing follows', () => {
    vi.advanceTimersByTime(100);
    pacer.touch();
    expect(draw).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(100);
    expect(draw).toHaveBeenCalledTimes(2);
  });

  it('draws nothing after it was stopped', () => {
    pacer.stop();
    pacer.touch();
    vi.advanceTimersByTime(10_000);
    pacer.touch();
    expect(draw).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
