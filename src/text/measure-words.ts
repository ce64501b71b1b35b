/** Measures as text, in whole digits and tenths: for a terminal and a page alike. */

/** `97.4 %`. Rounded down: 100 % is all. */
export function partText(part: number): string {
  const value = Math.floor(1000 * part + 1e-9) / 10;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} %`;
}

/** `9.5`, `99`, `1,049`: tenths only below a hundred. */
export function amountText(value: number): string {
  const text = value < 100 && !Number.isInteger(value) ? value.toFixed(1) : String(Math.round(value));
  return text.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}
