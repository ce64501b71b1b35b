/** The body of a request: JSON in valid UTF-8, of a bounded size, within a bounded time, and nothing else. */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { parse } from 'secure-json-parse';
import { MAX_BODY_BYTES, REQUEST_TIMEOUT_MS } from './limits.ts';
import { BadRequest } from './respond.ts';

const NDJSON = /^application\/x-ndjson(?:\s*;|\s*$)/i;
const JSON_CONTENT = /^application\/json(?:\s*;|\s*$)/i;

/** Does it open a stream of lines? */
export function isStream({ headers }: IncomingMessage): boolean {
  return NDJSON.test(headers['content-type'] ?? '');
}

/** @param check of a body that is signed. @throws BadRequest */
export async function readJson(request: IncomingMessage, check?: (body: Buffer) => void): Promise<unknown> {
  if (!JSON_CONTENT.test(request.headers['content-type'] ?? '')) {
    throw new BadRequest('content-type must be application/json', 415);
  }
  const bytes = await readBytes(request);
  check?.(bytes);
  return parseJson(bytes);
}

/** @throws BadRequest */
export function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) throw new BadRequest('body is empty');
  if (!isUtf8(bytes)) throw new BadRequest('body is not valid UTF-8');
  const value = parseText(bytes.toString());
  if (value === undefined) throw new BadRequest('body is not JSON, or has a key __proto__ or constructor.prototype');
  return value;
}

/** @returns `undefined` when it is not JSON, or could be taken for more than data */
export function parseText(text: string): unknown {
  try {
    return parse(text, { protoAction: 'error', constructorAction: 'error' });
  } catch {
    return undefined;
  }
}

function readBytes(request: IncomingMessage): Promise<Buffer> {
  const tooLarge = (): BadRequest => new BadRequest(`body is larger than ${MAX_BODY_BYTES} bytes`, 413);
  if (Number(request.headers['content-length']) > MAX_BODY_BYTES) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const overdue = setTimeout(() => fail(new BadRequest('the request took too long', 408)), REQUEST_TIMEOUT_MS);
    const fail = (error: BadRequest): void => {
      clearTimeout(overdue);
      request.pause();
      reject(error);
    };
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MAX_BODY_BYTES) fail(tooLarge());
      else chunks.push(chunk);
    });
    request.once('end', () => {
      clearTimeout(overdue);
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
    request.once('error', () => fail(new BadRequest('the request was cut off')));
    request.once('close', () => fail(new BadRequest('the request was cut off')));
  });
}
