/** Text by the columns it takes on a terminal, which is not its length: 書 takes two, a combining accent none. */
import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function widthOf(text: string): number {
  return stringWidth(text);
}

/** At most `width` columns wide; what does not fit ends in `…`. */
export function truncateEnd(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width <= 0) return '';
  return `${takeColumns(
    Array.from(graphemes.segment(text), ({ segment }) => segment),
    width - 1,
  ).join('')}…`;
}

/** As `truncateEnd`, but keeps the end: of an address that is its port. */
export function truncateStart(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width <= 0) return '';
  const backwards = Array.from(graphemes.segment(text), ({ segment }) => segment).reverse();
  return `…${takeColumns(backwards, width - 1)
    .reverse()
    .join('')}`;
}

function takeColumns(clusters: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let left = width;
  for (const cluster of clusters) {
    left -= widthOf(cluster);
    if (left < 0) break;
    taken.push(cluster);
  }
  return taken;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}
