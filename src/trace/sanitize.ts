/**
 * Whatever came over the network, made safe to show in a terminal or on a page: no terminal sequences, no reordering of
 * the rest of the line, no invisible padding.
 */

/** Longer than any terminal line is wide, and short enough that a hostile megabyte costs nothing. */
const MAX_LENGTH = 400;

const halfCharacters = /\p{Cs}/gu;
const lineBreaksAndTabs = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** Without their first byte, the rest of a terminal sequence is harmless text. */
const controls = /\p{Cc}/gu;
/** Bidi overrides, zero-width spaces, tags … but not the joiners (U+200C, U+200D) that Persian and emoji need. */
const invisibleFormats = /(?![\u200c\u200d])\p{Cf}/gu;
const repeatedJoiners = /([\u200c\u200d])[\u200c\u200d]+/g;
const stackedMarks = /(\p{M}{3})\p{M}+/gu;

export function sanitize(text: string): string {
  return text
    .slice(0, MAX_LENGTH)
    .replace(halfCharacters, '\ufffd')
    .replace(lineBreaksAndTabs, ' ')
    .replace(controls, '')
    .replace(invisibleFormats, '')
    .replace(repeatedJoiners, '$1')
    .replace(stackedMarks, '$1');
}
