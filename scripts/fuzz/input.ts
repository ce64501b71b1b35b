/** One thing that is said to the target. */
export interface Input {
  /** What is tried with it, for the summary. */
  readonly kind: string;
  /** A whole request, or one line of a stream without its newline. */
  readonly bytes: Buffer;
  readonly method?: string;
  /** Nothing of it may be done: it must be answered with a 4xx, or with the end of the connection. */
  readonly mustBeRefused?: boolean;
  /** The end of the connection is an answer, too: the target stops reading what is too large or no HTTP. */
  readonly mayBreakOff?: boolean;
}

/** What is said byte by byte on a socket of its own. */
export interface RawInput {
  readonly kind: string;
  readonly steps: readonly { readonly bytes: Buffer; readonly waitMs: number }[];
  /** How it ends: its half, or all of it at once. */
  readonly end: 'half' | 'all';
  readonly mustBeRefused?: boolean;
}

export function request(method: string, path: string, headers: readonly string[], body?: Buffer): Buffer {
  const length = body === undefined ? [] : [`content-length: ${body.length}`];
  const head = [`${method} ${path} HTTP/1.1`, 'host: localhost', ...headers, ...length].join('\r\n');
  const start = Buffer.from(`${head}\r\n\r\n`, 'latin1');
  return body === undefined ? start : Buffer.concat([start, body]);
}

export const JSON_TYPE = 'content-type: application/json';
