import type { IncomingMessage } from 'node:http';
import { BadRequest } from './respond.ts';

const NEWLINE = 10;

/**
 * The first line of a stream, without its newline; what follows is left in it.
 *
 * @throws BadRequest when it is too long, does not come in time, or never
 */
export function firstLine(stream: IncomingMessage, maxBytes: number, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let read: Buffer = Buffer.alloc(0);
    const settle = (): void => {
      clearTimeout(overdue);
      stream.off('data', take).off('end', cutOff).off('close', cutOff).off('error', cutOff);
      stream.pause();
    };
    const fail = (error: BadRequest): void => {
      settle();
      reject(error);
    };
    const cutOff = (): void => fail(new BadRequest('the stream ended before its first line'));
    const overdue = setTimeout(() => fail(new BadRequest('no first line in time', 408)), timeoutMs);
    const take = (chunk: Buffer): void => {
      read = read.length === 0 ? chunk : Buffer.concat([read, chunk]);
      const end = read.indexOf(NEWLINE);
      if (end < 0 ? read.length > maxBytes : end > maxBytes) return fail(new BadRequest('the first line is too long'));
      if (end < 0) return;
      settle();
      if (end + 1 < read.length) stream.unshift(read.subarray(end + 1));
      resolve(read.subarray(0, end));
    };
    stream.on('data', take).once('end', cutOff).once('close', cutOff).once('error', cutOff);
  });
}
