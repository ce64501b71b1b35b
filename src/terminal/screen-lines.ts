/** The lines that all screens share: title, section heading, key hints, help, and the fitting of it all to the size. */
import { describeWindow, scrollWindow } from './scroll-window.ts';
import type { Screen, ScreenSize, ScreenState } from './screen-state.ts';
import { joinFitting, segment, spread, truncateLine, type Line, type Segment } from './styled-line.ts';

/** A key and what it does. */
export type KeyHint = readonly [key: string, does: string];

const DIM = { dim: true };
const BOLD = { bold: true };

export function titleLine(facts: Line, { isPaused }: ScreenState, right: Line, width: number): Line {
  const badge: Segment[] = isPaused
    ? [segment(' PAUSED ', { inverse: true, bold: true, color: 'yellow' })]
    : [segment(' gossip ', { inverse: true, bold: true, color: 'cyan' })];
  return spread([...badge, segment(' '), ...facts], right, width);
}

export function headingLine(text: string, width: number): Line {
  const heading = `── ${text} `;
  return truncateLine([segment(heading + '─'.repeat(Math.max(0, width - heading.length)), DIM)], width);
}

/** The keys that fit, and at the right where in the list we are. */
export function footerLine(hints: readonly KeyHint[], position: string, width: number): Line {
  const right = position === '' ? [] : [segment(position, BOLD), segment(' ')];
  const room = width - (position === '' ? 0 : position.length + 2);
  const keys = hints.map(([key, does]) => [segment(key, BOLD), segment(` ${does}`, DIM)]);
  return spread([segment(' '), ...joinFitting(keys, '  ', room - 1)], right, width);
}

/** Takes the place of everything below the title. */
export function helpScreen(title: Line, help: readonly Line[], { helpOffset }: ScreenState, size: ScreenSize): Screen {
  const height = Math.max(0, size.rows - 2);
  const window = scrollWindow(helpOffset, height, help.length);
  const shown = help.slice(window.start, window.end).map((line) => truncateLine(line, size.columns));
  const padding = Array.from({ length: height - shown.length }, (): Line => []);
  const footer = footerLine(
    [
      ['?', 'close help'],
      ['q', 'quit'],
      ['↑↓', 'scroll'],
    ],
    describeWindow(window, help.length),
    size.columns,
  );
  return { lines: fitRows([title, ...shown, ...padding, footer], size), scrolled: { height, total: help.length } };
}

/** Leaves out what a very low screen has no row for, the footer first. */
export function fitRows(lines: readonly Line[], { rows }: ScreenSize): readonly Line[] {
  return lines.slice(0, Math.max(1, rows));
}

/** Exactly `height` lines: those there are, or in words that there are none. */
export function fillSection(lines: readonly Line[], emptyText: string, height: number, width: number): Line[] {
  const shown = lines.length > 0 ? lines : [truncateLine([segment(`  ${emptyText}`, DIM)], width)];
  return Array.from({ length: height }, (_, index) => shown[index] ?? []);
}

export function helpLine([key, does]: KeyHint): Line {
  return [segment(`  ${key.padEnd(15)} `, BOLD), segment(does)];
}

export function helpHeading(text: string): Line {
  return [segment(` ${text}`, { bold: true, color: 'cyan' })];
}
