/** Numbers for people, with their unit. */

/** A count, in full: `7`, `1,049`. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** A count in at most five columns: exact while it can be, then `12.3k`, `123k`, `1.2M`. */
export function briefCount(count: number): string {
  if (count < 10_000) return countText(count);
  const [value, unit] =
    count < 999_500 ? [count / 1000, 'k'] : count < 999_500_000 ? [count / 1e6, 'M'] : [count / 1e9, 'G'];
  return `${value < 99.95 ? value.toFixed(1) : Math.round(value)}${unit}`;
}

/** Events per second, in few columns: a decimal where it tells something. */
export function briefRate(perSecond: number): string {
  return `${perSecond < 99.95 ? perSecond.toFixed(1) : briefCount(Math.round(perSecond))}/s`;
}

/** A percentage that may be beyond a hundred, such as a process's CPU, in few columns: `0.4%`, `12%`. */
export function briefPercent(percent: number): string {
  return `${percent < 9.95 ? percent.toFixed(1) : Math.round(percent)}%`;
}

/** What was measured: `9.5`, `99`, `1,049`: tenths only below a hundred. */
export function amountText(value: number): string {
  return countText(value < 99.95 ? Math.round(10 * value) / 10 : Math.round(value));
}

/** `0.0123`, `1.23`, `12.3`, `123`, `1,230`, `12,300`, `1.23 M`: for axes, and for what may be of any size. */
export function threeDigits(value: number): string {
  const size = Math.abs(value);
  if (size >= 999_500_000) return `${significant(value / 1e9)} G`;
  if (size >= 999_500) return `${significant(value / 1e6)} M`;
  return significant(value).replace(/^(-?\d+)(\d{3})$/, '$1,$2');
}

function significant(value: number): string {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(3));
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))));
  if (decimals > 7) return value.toExponential(2);
  return Number.isInteger(value) && Math.abs(value) < 1000 ? String(value) : rounded.toFixed(decimals);
}

/** A part of the whole that was measured: `97.4 %`, `99.98 %`. Rounded down: 100 % is all. */
export function partText(part: number): string {
  const scale = part > 0.99 ? 100 : 10;
  return `${Math.floor(100 * scale * part + 1e-9) / scale} %`;
}

/** Any part, in three digits: `0.05 %`, `5 %`, `12.5 %`. What is not all is never told as 100 %, nor what is something as 0 %. */
export function percentText(part: number): string {
  if (part > 0.9995 && part < 1) return '> 99.9 %';
  if (part > 0 && part < 0.00005) return '< 0.01 %';
  return `${threeDigits(100 * part)} %`;
}

/** `3.4 %`, `-12.0 %`: always with tenths, so that a column of them lines up. */
export function tenthsOfPercent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}

/** `317 B`, `12.3 kB`, `1.2 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
