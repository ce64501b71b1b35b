/**
 * Characters that steer a terminal, reorder a line or hide in it (controls, bidi marks and overrides, line separators, half
 * characters), written out as `\uXXXX`: nothing is lost, and within a string of JSON it is the same JSON.
 * Ends of lines stay, and so do the joiners (U+200C, U+200D) that Persian and emoji need.
 */
const STEERING = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

export function escapeControls(text: string): string {
  return text.replace(STEERING, (character) => {
    let escaped = '';
    for (let i = 0; i < character.length; i++) escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
    return escaped;
  });
}
