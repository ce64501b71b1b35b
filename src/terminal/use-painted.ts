import { useLayoutEffect } from 'react';
import type { ScreenProps } from './full-screen.tsx';
import type { Line } from './styled-line.ts';
import { toTerminal } from './terminal-style.ts';

/**
 * Puts lines on the terminal, past Ink's own output: lines come measured and cut, and Ink would take each apart again
 * for five times the cost, and keep it for ever in a cache that only grows.
 */
export function usePainted(
  lines: readonly Line[],
  { paint, colorMode }: Pick<ScreenProps, 'paint' | 'colorMode'>,
): void {
  useLayoutEffect(() => paint(lines.map((line) => toTerminal(line, colorMode)).join('\n')));
}
