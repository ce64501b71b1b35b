/** Cuts a stream of bytes into the lines of text that it is made of: valid UTF-8, each of a bounded length. */
import { isUtf8 } from 'node:buffer';
import { MAX_BODY_BYTES } from './limits.ts';

const NEWLINE = 10;
const NOTHING = Buffer.alloc(0);

export class BadStream extends Error {}

export class LineReader {
  /** The beginning of a line whose end has not come yet. */
  private rest: Buffer = NOTHING;

  /**
   * @returns the lines that are whole now, without their newlines
   * @throws BadStream when a line is too long or no text: nothing that follows can be trusted
   */
  take(chunk: Buffer): string[] {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end < 0) {
      this.keep(chunk);
      return [];
    }
    const whole = this.rest.length === 0 ? chunk.subarray(0, end) : Buffer.concat([this.rest, chunk.subarray(0, end)]);
    this.rest = NOTHING;
    if (end + 1 < chunk.length) this.keep(chunk.subarray(end + 1));
    if (!isUtf8(whole)) throw new BadStream('a line is not valid UTF-8');
    const lines = whole.toString().split('\n');
    if (whole.length > MAX_BODY_BYTES && lines.some((line) => Buffer.byteLength(line) > MAX_BODY_BYTES)) tooLong();
    return lines;
  }

  private keep(part: Buffer): void {
    if (this.rest.length + part.length > MAX_BODY_BYTES) tooLong();
    // A copy: what is kept of a chunk would keep all of it.
    this.rest = Buffer.concat([this.rest, part]);
  }
}

function tooLong(): never {
  throw new BadStream(`a line is longer than ${MAX_BODY_BYTES} bytes`);
}
