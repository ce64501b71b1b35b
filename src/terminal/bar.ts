/** A bar of `width` columns. Full only when all is there, empty only when nothing is. */
export function bar(share: number, width: number): string {
  const bounded = Math.max(0, Math.min(1, share));
  const nearest = Math.round(bounded * width);
  const filled = bounded === 1 ? width : bounded === 0 ? 0 : Math.max(1, Math.min(width - 1, nearest));
  return '█'.repeat(Math.max(0, filled)) + '░'.repeat(Math.max(0, width - Math.max(0, filled)));
}
