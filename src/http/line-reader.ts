/** Cuts a stream of bytes into the lines of text that it is made of: valid UTF-8, each of a bounded length. */
import { isUtf8 } from 'node:buffer';
import { MAX_BODY_BYTES } from './limits.ts';

const NEWLINE = 10;
const NOTHING = Buffer.alloc(0);

export class BadStream extends Error {}

export class LineReader {
  /** Room for the beginning of a line whose end has not come yet, and how much of it is taken. It doubles: lines may come byte by byte. */
  private room: Buffer = NOTHING;
  private kept = 0;

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
    const whole =
      this.kept === 0
        ? chunk.subarray(0, end)
        : Buffer.concat([this.room.subarray(0, this.kept), chunk.subarray(0, end)]);
    this.room = NOTHING;
    this.kept = 0;
    if (end + 1 < chunk.length) this.keep(chunk.subarray(end + 1));
    if (!isUtf8(whole)) throw new BadStream('a line is not valid UTF-8');
    const lines = whole.toString().split('\n');
    if (whole.length > MAX_BODY_BYTES && lines.some((line) => Buffer.byteLength(line) > MAX_BODY_BYTES)) tooLong();
    return lines;
  }

  private keep(part: Buffer): void {
    const length = this.kept + part.length;
    if (length > MAX_BODY_BYTES) tooLong();
    if (length > this.room.length) {
      const room = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.room.length));
      this.room.copy(room, 0, 0, this.kept);
      this.room = room;
    }
    // A copy: what is kept of a chunk would keep all of it.
    part.copy(this.room, this.kept);
    this.kept = length;
  }
}

function tooLong(): never {
  throw new BadStream(`a line is longer than ${MAX_BODY_BYTES} bytes`);
}
