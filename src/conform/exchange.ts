/** Requests to the node under test: one question, one bounded answer. Nothing here knows what an answer should say. */
import { request, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from '../core/index.ts';

/** Guesses: far above what a node needs that is right. */
const ANSWER_TIMEOUT_MS = 5000;
const MAX_ANSWER_BYTES = 4_000_000;
const JSON_TYPE = { 'content-type': 'application/json' };

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body, if it is JSON. */
  readonly json: unknown;
}

export interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** @throws {NoAnswer} when none comes in time */
export async function ask(to: Address, question: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method, path, headers = {}, body } = question;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const asked = request(`http://${to}${path}`, { method, headers: { ...length, ...headers }, agent: false });
    const fail = (error: Error & { code?: string }): void => {
      clearTimeout(overdue);
      asked.destroy();
      reject(new NoAnswer(error.code ?? error.message));
    };
    const overdue = setTimeout(() => fail(new Error(`none in ${ANSWER_TIMEOUT_MS / 1000} s`)), ANSWER_TIMEOUT_MS);
    asked.on('error', fail).once('response', (response) => {
      textOf(response).then((text) => {
        clearTimeout(overdue);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) });
      }, fail);
    });
    asked.end(body);
  });
}

/** No answer, or not a whole one. */
export class NoAnswer extends Error {}

export function get(path: string): Question {
  return { method: 'GET', path };
}

/** A `POST /gossip/` of JSON: text and bytes as they are, anything else written as JSON. */
export function post(body: unknown, headers: Readonly<Record<string, string>> = JSON_TYPE): Question {
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  return { method: 'POST', path: '/gossip/', headers, body: isRaw ? body : JSON.stringify(body) };
}

/** Asks, and says `undefined` where no answer comes. */
export function tryToAsk(to: Address, question: Question): Promise<Answer | undefined> {
  return ask(to, question).catch((error: unknown) => {
    if (error instanceof NoAnswer) return undefined;
    throw error;
  });
}

/** @returns the first answer that is not `undefined`, or `undefined` when none came in time */
export async function within<T>(
  ms: number,
  look: () => T | undefined | Promise<T | undefined>,
): Promise<T | undefined> {
  for (const deadline = performance.now() + ms; ; await sleep(LOOK_MS)) {
    const seen = await look();
    if (seen !== undefined || performance.now() > deadline) return seen;
  }
}
const LOOK_MS = 20;

export async function textOf(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`the body is longer than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** @returns `undefined` for what is no JSON */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
