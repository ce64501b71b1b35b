/** The lines of a text that may be larger than memory, and whose lines may be, too. */

/** @param maxCharacters longer lines come as `undefined` */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  maxCharacters: number,
): AsyncGenerator<string | undefined, void> {
  const decoder = new TextDecoder();
  let rest = '';
  let isTooLong = false;
  for await (const chunk of chunks) {
    const pieces = decoder.decode(chunk, { stream: true }).split('\n');
    for (const [i, piece] of pieces.entries()) {
      if (!isTooLong) rest += piece;
      isTooLong ||= rest.length > maxCharacters;
      if (isTooLong) rest = '';
      if (i === pieces.length - 1) break;
      yield isTooLong ? undefined : rest;
      rest = '';
      isTooLong = false;
    }
  }
  if (rest !== '' || isTooLong) yield isTooLong ? undefined : rest;
}
