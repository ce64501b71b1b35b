/** A step's text in parts: plain words, what was measured, and words that the glossary explains. */
import { isTerm, type TermId } from '../../glossary.ts';

export type TextPart =
  | { readonly kind: 'words'; readonly words: string }
  /** `{copies Emma}`: the fact and the book of the update it is of, or none for the first. */
  | { readonly kind: 'fact'; readonly name: string; readonly book: string | undefined }
  | { readonly kind: 'term'; readonly words: string; readonly id: TermId };

const MARKS = /\{(?<name>\w+)(?: (?<book>\w+))?\}|\[(?<words>[^\]]+)\]\((?<id>[^)]+)\)/g;

/** @throws Error for a word that the glossary lacks: a mistake in the lesson */
export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKS)) {
    if (match.index > end) parts.push({ kind: 'words', words: text.slice(end, match.index) });
    end = match.index + match[0].length;
    const { name, book, words = '', id = '' } = match.groups ?? {};
    if (name !== undefined) parts.push({ kind: 'fact', name, book });
    else if (isTerm(id)) parts.push({ kind: 'term', words, id });
    else throw new Error(`the glossary has no “${id}”`);
  }
  if (end < text.length) parts.push({ kind: 'words', words: text.slice(end) });
  return parts;
}
