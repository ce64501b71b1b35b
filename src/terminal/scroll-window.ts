/** Which part of a list a window of a given height shows. */
export interface ScrollWindow {
  readonly start: number;
  readonly end: number;
}

export type ScrollCommand = 'lineUp' | 'lineDown' | 'pageUp' | 'pageDown' | 'top' | 'bottom';

/** The window from `offset` on, or as near to it as a list of `total` allows. */
export function scrollWindow(offset: number, height: number, total: number): ScrollWindow {
  const start = Math.max(0, Math.min(offset, total - height));
  return { start, end: Math.max(start, Math.min(total, start + height)) };
}

/** @returns the offset after the command, always one that `scrollWindow` leaves as it is */
export function scroll(offset: number, command: ScrollCommand, height: number, total: number): number {
  const page = Math.max(1, height - 1);
  const { start } = scrollWindow(offset, height, total);
  const target = {
    lineUp: start - 1,
    lineDown: start + 1,
    pageUp: start - page,
    pageDown: start + page,
    top: 0,
    bottom: total,
  }[command];
  return scrollWindow(target, height, total).start;
}

/** `1–10 of 100`, or nothing when all is in view. */
export function describeWindow({ start, end }: ScrollWindow, total: number): string {
  if (start === 0 && end === total) return '';
  if (end <= start) return `0 of ${total}`;
  return end === start + 1 ? `${end} of ${total}` : `${start + 1}–${end} of ${total}`;
}
