/** A screen on a terminal that exists only in a test: keys go in, frames come out, time passes when told. */
import { render } from 'ink-testing-library';
import type { ReactElement } from 'react';
import { stripVTControlCharacters } from 'node:util';
import { vi } from 'vitest';
import type { ScreenProps } from './full-screen.tsx';
import type { ScreenSize } from './screen-state.ts';
import type { ColorMode } from './terminal-style.ts';

export interface ScreenTester {
  /** The last frame with its styling. */
  raw(): string;
  /** The last frame as the reader reads it. */
  lines(): string[];
  line(containing: string): string;
  frames: readonly string[];
  press(keys: string): Promise<void>;
  resize(size: ScreenSize): void;
  pass(ms: number): Promise<void>;
  close(): void;
}

/** Needs fake timers that leave `setImmediate` alone: React's effects run in one. */
export async function openScreen(
  screen: (props: ScreenProps) => ReactElement,
  size: ScreenSize,
  colorMode: ColorMode = 'color',
): Promise<ScreenTester> {
  const frames: string[] = [];
  const paint = (frame: string): void => void frames.push(frame);
  const app = render(screen({ size, colorMode, paint }));
  const raw = (): string => frames.at(-1) ?? '';
  const lines = (): string[] => stripVTControlCharacters(raw()).split('\n');
  await effects();
  return {
    raw,
    lines,
    frames,
    line: (containing) => lines().find((line) => line.includes(containing)) ?? '',
    press: async (keys) => {
      app.stdin.write(keys);
      await effects();
    },
    resize: (to) => app.rerender(screen({ size: to, colorMode, paint })),
    pass: async (ms) => {
      vi.advanceTimersByTime(ms);
      await effects();
    },
    close: () => app.unmount(),
  };
}

/** Turns of the event loop, not time: React runs an effect, and what the effect sets, in turns of their own. */
export async function effects(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}
