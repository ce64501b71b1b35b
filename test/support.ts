/** What the tests share: waiting for a condition, nodes within this process that always end, and plain requests. */
import { once } from 'node:events';
import { Agent, request, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach } from 'vitest';
import type { Address } from '../src/core/address.ts';
import { startBookNode, type BookNode, type BookNodeOptions } from '../src/books/book-node.ts';
import type { Driver } from '../src/http/driver.ts';
import type { HttpSender } from '../src/http/http-sender.ts';
import type { RunningNode } from '../src/http/running-node.ts';

/** Asks again and again until the answer is neither `undefined` nor `false`. */
export async function eventually<T>(
  what: string,
  ask: () => T | Promise<T>,
  timeoutMs = 4500,
): Promise<Exclude<T, undefined | false>> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(10)) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
  }
}

/** Starts nodes of this process; each is stopped after its test. */
export function nodesOfThisFile(): (options?: Partial<BookNodeOptions>) => Promise<RunningNode> {
  const start = bookNodesOfThisFile();
  return async (options = {}) => runningNodeOf(await start(options));
}

/** What a service is not shown. */
function runningNodeOf({ gossip }: BookNode): RunningNode {
  return gossip.node as RunningNode;
}

/** The same, with their favourites. */
export function bookNodesOfThisFile(): (options?: Partial<BookNodeOptions>) => Promise<BookNode> {
  const running: BookNode[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((node) => node.close()));
  });
  return async (options = {}) => {
    const node = await startBookNode({ port: 0, resampleMs: 0, ...options });
    running.push(node);
    return node;
  };
}

/** What is below a node over HTTP, for tests that disturb it. */
export function partsOf(node: RunningNode): { driver: Driver; server: Server; sender: HttpSender } {
  const { driver, transport } = node as unknown as {
    driver: Driver;
    transport: { server: Server; sender: HttpSender };
  };
  return { driver, server: transport.server, sender: transport.sender };
}

/** Keeps sockets, as peers do. */
const agent = new Agent({ keepAlive: true });

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; throws when it is none. */
  json(): Record<string, unknown>;
}

export interface Call {
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function call(to: Address, method: string, path: string, options: Call = {}): Promise<Answer> {
  const { response, text } = await answered(to, method, path, options);
  return {
    status: response.statusCode ?? 0,
    type: String(response.headers['content-type']),
    headers: response.headers,
    text,
    json: () => JSON.parse(text) as Record<string, unknown>,
  };
}

async function answered(to: Address, method: string, path: string, { body, headers = {} }: Call) {
  const { hostname, port } = new URL(`http://${to}`);
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const asked = request({
    host: hostname.replace(/^\[|\]$/g, ''),
    port,
    method,
    path,
    headers: { ...length, ...headers },
    agent,
  });
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { response, text: await textOf(response) };
}

const JSON_TYPE = { 'content-type': 'application/json' };

export function send(to: Address, method: 'POST' | 'PUT', path: string, body: unknown): Promise<Answer> {
  return call(to, method, path, { body: JSON.stringify(body), headers: JSON_TYPE });
}

/** Posts to `/gossip/`: a string or bytes as they are, anything else as JSON. */
export function gossip(to: Address, body: unknown): Promise<Answer> {
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  return isRaw ? call(to, 'POST', '/gossip/', { body, headers: JSON_TYPE }) : send(to, 'POST', '/gossip/', body);
}

export function portOf(address: Address): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}
