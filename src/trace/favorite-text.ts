import type { Payload } from '../core/index.ts';
import { sanitize } from './sanitize.ts';

/** Payloads never change, and sorting asks for every text of the table several times a second. */
const texts = new WeakMap<object, string>();

/** What a rumor tells, in words: a favourite's title, or any other payload as compact JSON. */
export function favoriteText(payload: Payload | undefined): string {
  if (payload === undefined) return '';
  if (typeof payload !== 'object' || payload === null) return sanitize(JSON.stringify(payload));
  let text = texts.get(payload);
  if (text === undefined) {
    text = titleOf(payload) ?? sanitize(compactJson(payload));
    texts.set(payload, text);
  }
  return text;
}

function titleOf(payload: object): string | undefined {
  const book = 'book' in payload ? payload.book : undefined;
  if (typeof book !== 'string') return undefined;
  const title = sanitize(book);
  return title.trim() === '' ? '(untitled)' : title;
}

function compactJson(payload: object): string {
  try {
    return JSON.stringify(payload);
  } catch {
    // What parses is not always what can be printed: JSON.stringify runs out of stack long before JSON.parse.
    return '(nested too deep to show)';
  }
}
