/** Small words around numbers and names. */
import { countText } from './numbers.ts';

/** `1 node`, `2 nodes`, `1,049 nodes`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** With a large letter at its start. */
export function sentenceOf(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
