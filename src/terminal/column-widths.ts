/** Shares a line's width out among the columns of a table. */

export interface ColumnNeed {
  /** Of a fixed column its width; of the flexible one the least it is any use with. */
  readonly width: number;
  /** Set on the one column that takes what the others leave, up to this. */
  readonly growsTo?: number;
  /** When not all fit, those with the lowest number go first; those without one stay. */
  readonly keep?: number;
}

/** @returns a width for each column, 0 for those left out. With the gaps they add up to at most `total`. */
export function columnWidths(needs: readonly ColumnNeed[], gap: number, total: number): number[] {
  const shown = new Set(needs);
  const spent = (): number => [...shown].reduce((sum, need) => sum + need.width, gap * (shown.size - 1));
  for (const need of [...needs].filter(({ keep }) => keep !== undefined).sort((a, b) => a.keep! - b.keep!)) {
    if (spent() <= total) break;
    shown.delete(need);
  }
  const spare = total - spent();
  let left = total + gap;
  return needs.map((need) => {
    if (!shown.has(need)) return 0;
    const wanted = need.growsTo === undefined ? need.width : Math.min(need.width + spare, need.growsTo);
    const width = Math.max(0, Math.min(wanted, left - gap));
    left -= width + gap;
    return width;
  });
}
