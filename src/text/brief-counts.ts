/** A count in at most five columns: exact while it can be, then `12.3k`, `123k`, `1.2M`. */
export function formatCount(count: number): string {
  if (count < 10_000)
    return count < 1000 ? String(count) : `${Math.floor(count / 1000)},${String(count % 1000).padStart(3, '0')}`;
  const [value, unit] =
    count < 999_500 ? [count / 1000, 'k'] : count < 999_500_000 ? [count / 1e6, 'M'] : [count / 1e9, 'G'];
  return `${value < 99.95 ? value.toFixed(1) : Math.round(value)}${unit}`;
}

/** Events per second: a decimal where it tells something. */
export function formatRate(perSecond: number): string {
  return `${perSecond < 99.95 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond))}/s`;
}
