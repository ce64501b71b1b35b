/** One end of a link that streams: lines in, lines out. It obeys nothing, and writes down everything. */
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import type { Address } from '../core/index.ts';
import { parsed } from './exchange.ts';

export const NDJSON = 'application/x-ndjson';
const OPEN_TIMEOUT_MS = 5000;

export class StreamEnd {
  /** Whole lines, the handshake first. */
  readonly lines: string[] = [];
  /** When the last came, and what they have in bytes. */
  lastAtMs = performance.now();
  bytes = 0;
  isOver = false;
  private rest = '';

  constructor(
    readonly input: IncomingMessage,
    readonly output: Writable,
    private readonly heard: (line: unknown) => void = () => undefined,
  ) {
    input.setEncoding('utf8').on('data', (text: string) => this.take(text));
    const end = (): void => void (this.isOver = true);
    for (const side of [input, output]) side.on('error', end).once('close', end);
    input.once('end', end);
  }

  get handshake(): unknown {
    return this.lines[0] === undefined ? undefined : parsed(this.lines[0]);
  }

  /** Messages as JSON, text as it is. */
  say(...values: readonly unknown[]): void {
    for (const value of values) this.output.write(typeof value === 'string' ? value : `${JSON.stringify(value)}\n`);
  }

  /** Nothing is read from the connection until it goes on. */
  stopReading(): void {
    this.input.pause();
  }

  goOnReading(): void {
    this.input.resume();
  }

  cut(): void {
    this.input.destroy();
    this.output.destroy();
  }

  private take(text: string): void {
    this.bytes += text.length;
    this.lastAtMs = performance.now();
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      this.lines.push(line);
      if (this.lines.length > 1 && line !== '') this.heard(parsed(line));
    }
  }
}

export interface Opened {
  readonly status: number;
  readonly type: string;
  readonly stream: StreamEnd;
}

/** Opens a stream. @returns what it is answered with, or `undefined` without an answer in time */
export function openStream(
  to: Address,
  handshake: unknown,
  heard: (line: unknown) => void,
): Promise<Opened | undefined> {
  return new Promise((resolve) => {
    const headers = { 'content-type': NDJSON };
    const asked: ClientRequest = request(`http://${to}/gossip/`, { method: 'POST', headers, agent: false });
    const overdue = setTimeout(() => {
      asked.destroy();
      resolve(undefined);
    }, OPEN_TIMEOUT_MS);
    asked
      .on('error', () => resolve(undefined))
      .once('response', (response) => {
        clearTimeout(overdue);
        const { statusCode: status = 0, headers: said } = response;
        resolve({ status, type: said['content-type'] ?? '', stream: new StreamEnd(response, asked, heard) });
      });
    asked.once('close', () => clearTimeout(overdue));
    asked.write(typeof handshake === 'string' ? handshake : `${JSON.stringify(handshake)}\n`);
  });
}
