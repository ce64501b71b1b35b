/** One socket to the target. */
import { connect, type Socket } from 'node:net';
import type { Input, RawInput } from './input.ts';
import type { BadReply } from './reply-reader.ts';
import { ReplyReader, type Reply } from './reply-reader.ts';

/** Longer than the target takes for what comes slowly: then it has forgotten a connection. */
const PATIENCE_MS = 15_000;
/** So long the answers to raw bytes are waited for. Whatever follows them comes to nothing. */
const LISTEN_MS = 300;
const MAX_HEARD_BYTES = 1_000_000;

/** Neither an answer nor the end of the connection. */
export class NoAnswer extends Error {}

export class Connection {
  isOpen = true;
  private readonly reader = new ReplyReader();
  private settle: ((reply: Reply | undefined, error?: Error) => void) | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.hear(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => this.end());
  }

  /** @throws the error of a port where nobody listens */
  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
      socket.once('error', reject);
    });
  }

  /** @returns `undefined` when the connection ends before the reply is whole @throws NoAnswer */
  ask({ bytes, method }: Pick<Input, 'bytes' | 'method'>): Promise<Reply | undefined> {
    return this.exchange(() => void this.socket.write(bytes), method === 'HEAD');
  }

  /** The same for a request that is said in pieces. */
  exchange(say: () => void, isHead = false): Promise<Reply | undefined> {
    if (!this.isOpen) return Promise.resolve(undefined);
    this.reader.expect(isHead);
    return new Promise((resolve, reject) => {
      const overdue = setTimeout(() => this.settle?.(undefined, new NoAnswer('no answer')), PATIENCE_MS);
      this.settle = (reply, error) => {
        clearTimeout(overdue);
        this.settle = undefined;
        if (error !== undefined) this.close();
        if (error === undefined) resolve(reply);
        else reject(error);
      };
      say();
    });
  }

  write(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  close(): void {
    this.isOpen = false;
    this.socket.destroy();
  }

  private hear(chunk: Buffer): void {
    try {
      const reply = this.reader.take(chunk);
      if (reply?.headers.get('connection') === 'close') this.close();
      if (reply !== undefined) return this.settle?.(reply);
      if (!this.reader.isEndless) return;
      this.settle?.({ status: 200, headers: new Map(), body: Buffer.alloc(0) });
      this.close();
    } catch (error) {
      this.settle?.(undefined, error as BadReply);
    }
  }

  private end(): void {
    this.isOpen = false;
    this.settle?.(undefined);
  }
}

/** Says this on a socket of its own. @returns all that was answered until its end, or for a moment */
export async function sayRaw(port: number, { steps, end }: RawInput): Promise<string> {
  const heard: Buffer[] = [];
  let bytes = 0;
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  const over = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined).on('end', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_HEARD_BYTES) heard.push(chunk);
  });
  for (const { bytes: part, waitMs } of steps) {
    // The target stops reading what it refuses, and keeps the connection where an answer goes on: a reader of events, say.
    const taken = new Promise((resolve) => socket.write(part, resolve));
    await Promise.race([over, taken, sleep(LISTEN_MS)]);
    if (waitMs > 0) await Promise.race([over, sleep(waitMs)]);
  }
  if (end === 'half') {
    socket.end();
    await Promise.race([over, sleep(LISTEN_MS)]);
  }
  socket.destroy();
  await over;
  return Buffer.concat(heard).toString('latin1');
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
