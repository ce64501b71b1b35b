/** Styles as terminal sequences (SGR), in the sixteen colours that follow the reader's own theme. */
import type { Color, Line, Style } from './styled-line.ts';

/** `plain` still has bold, dim and inverse: NO_COLOR asks for no colour, not for no structure (https://no-color.org). */
export type ColorMode = 'color' | 'plain';

const CODES: Readonly<Record<Color, number>> = {
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
  gray: 90,
};

export function colorModeOf(environment: Readonly<Record<string, string | undefined>>): ColorMode {
  return (environment['NO_COLOR'] ?? '') === '' ? 'color' : 'plain';
}

export function toTerminal(line: Line, mode: ColorMode): string {
  return line.map(({ text, style }) => paint(text, codesOf(style, mode))).join('');
}

function codesOf({ color, bold, dim, inverse }: Style, mode: ColorMode): number[] {
  const codes: number[] = [];
  if (bold) codes.push(1);
  if (dim || (color === 'gray' && mode === 'plain')) codes.push(2);
  if (inverse) codes.push(7);
  if (color !== undefined && mode === 'color') codes.push(CODES[color]);
  return codes;
}

function paint(text: string, codes: readonly number[]): string {
  return codes.length === 0 || text === '' ? text : `\u001b[${codes.join(';')}m${text}\u001b[0m`;
}
