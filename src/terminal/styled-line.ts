/**
 * One line of a screen: pieces of plain, sanitized text with a style each. Everything is measured and cut while it is
 * still plain; only the very last step turns it into terminal sequences.
 */
import { padEnd, truncateEnd, widthOf } from './fit-text.ts';

export type Color = 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'gray';

export interface Style {
  readonly color?: Color;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly inverse?: boolean;
}

export interface Segment {
  readonly text: string;
  readonly style: Style;
}

export type Line = readonly Segment[];

export function segment(text: string, style: Style = {}): Segment {
  return { text, style };
}

export function lineWidth(line: Line): number {
  return line.reduce((width, { text }) => width + widthOf(text), 0);
}

export function plainText(line: Line): string {
  return line.map(({ text }) => text).join('');
}

export function truncateLine(line: Line, width: number): Line {
  if (lineWidth(line) <= width) return line;
  const kept: Segment[] = [];
  let left = width;
  for (const { text, style } of line) {
    const cut = truncateEnd(text, left);
    if (cut !== '') kept.push({ text: cut, style });
    left -= widthOf(cut);
    if (cut !== text) break;
  }
  return kept;
}

/** One part at the left edge, one at the right. Where both do not fit, the left is cut first, then the right left out. */
export function spread(left: Line, right: Line, width: number): Line {
  const rightWidth = lineWidth(right);
  const isTight = lineWidth(left) + 1 + rightWidth > width;
  if (rightWidth === 0 || (isTight && rightWidth > width / 2)) return truncateLine(left, width);
  const leftWidth = width - rightWidth - 1;
  const cut = truncateLine(left, leftWidth);
  return [...cut, segment(padEnd('', leftWidth - lineWidth(cut) + 1)), ...right];
}

/** As many of the parts, in order, as fit whole, with `gap` between them. */
export function joinFitting(parts: readonly Line[], gap: string, width: number): Line {
  const joined: Segment[] = [];
  let left = width;
  for (const part of parts) {
    const piece = joined.length === 0 ? part : [segment(gap), ...part];
    left -= lineWidth(piece);
    if (left < 0) break;
    joined.push(...piece);
  }
  return joined;
}
