/** Numbers for people: three significant digits, with their unit. */

/** `0.0123`, `1.23`, `12.3`, `123`, `1,230`, `12,300`, `1.23 M`. */
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

/** A part of the whole in percent. What is not all is never told as 100 %, nor what is something as 0 %. */
export function percentOf(part: number): string {
  if (part > 0.9995 && part < 1) return '> 99.9 %';
  if (part > 0 && part < 0.00005) return '< 0.01 %';
  return `${threeDigits(100 * part)} %`;
}

export function spanOf(ms: number): string {
  return Math.abs(ms) < 999.5 ? `${threeDigits(ms)} ms` : `${threeDigits(ms / 1000)} s`;
}

export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** With a large letter at its start. */
export function sentenceOf(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
