/** A node of ours that is spoiled in one place: in how it takes requests, in what it hears, or in what it says. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Address, Input, Message, Parameters } from '../../src/core/index.ts';
import { startBookNode } from '../../src/books/book-node.ts';
import type { RunningNode } from '../../src/http/running-node.ts';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly text: string;
}

export interface Fault {
  /** Before a request is read, a stream's as well. @returns whether it goes on as usual */
  readonly met?: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;
  /** Of a whole request: another instead, or the answer. */
  readonly asked?: (asked: Asked, node: RunningNode) => Asked | Answered;
  /** Of the answer: another instead. */
  readonly answered?: (answered: Answered, asked: Asked, node: RunningNode) => Answered;
  /** Of an input of the core: those that it gets instead. */
  readonly heard?: (input: Input, node: RunningNode) => readonly Input[];
  /** Of a message to a peer: those that are sent instead. */
  readonly said?: (message: Message, to: Address, node: RunningNode) => readonly Message[];
  /** Anything else, once the node runs. */
  readonly spoil?: (node: RunningNode & Inside) => void;
  readonly parameters?: Partial<Parameters>;
}

/** What these faults reach for in a node. */
export interface Inside {
  readonly transport: { server: Server; sender: { send: (to: Address, message: Message) => void; links: object } };
  readonly driver: { handle: (input: Input) => void };
}

export async function startOurNode(fault: Fault): Promise<RunningNode> {
  const { gossip } = await startBookNode({
    port: 0,
    books: ['Emma', 'Dune'],
    resampleMs: 0,
    warn: () => undefined,
    ...(fault.parameters === undefined ? {} : { parameters: fault.parameters }),
  });
  const node = gossip.node as unknown as RunningNode & Inside;
  const { heard, said, asked, answered, met } = fault;
  if (heard !== undefined) {
    const handle = node.driver.handle.bind(node.driver);
    node.driver.handle = (input) => heard(input, node).forEach(handle);
  }
  if (said !== undefined) {
    const send = node.transport.sender.send.bind(node.transport.sender);
    node.transport.sender.send = (to, message) => said(message, to, node).forEach((other) => send(to, other));
  }
  if (asked !== undefined || answered !== undefined || met !== undefined) spoilRequests(node, fault);
  fault.spoil?.(node);
  return node;
}

function spoilRequests(node: RunningNode & Inside, { asked, answered, met }: Fault): void {
  const [serve] = node.transport.server.listeners('request') as ((
    request: IncomingMessage,
    response: ServerResponse,
  ) => void)[];
  if (serve === undefined) throw new Error('the node serves nothing');
  node.transport.server
    .removeAllListeners('request')
    .on('request', (request: IncomingMessage, response: ServerResponse) => {
      void (async () => {
        if ((await met?.(request, response)) === false) return;
        const isStream = request.headers['content-type']?.startsWith('application/x-ndjson') === true;
        if (isStream || (asked === undefined && answered === undefined)) return serve(request, response);
        const { method = '', url = '' } = request;
        const whole: Asked = { method, url, headers: request.headers as Asked['headers'], body: await buffer(request) };
        const next = asked?.(whole, node) ?? whole;
        if ('status' in next) return write(response, next);
        if (answered !== undefined) alter(response, (answer) => answered(answer, whole, node));
        serve(asRequest(next, request), response);
      })().catch(() => response.destroy());
    });
}

function write(response: ServerResponse, { status, headers, text }: Answered): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text);
}

function asRequest({ method, url, headers, body }: Asked, { socket }: IncomingMessage): IncomingMessage {
  const request = Readable.from(body.length === 0 ? [] : [body]);
  const length = headers['content-length'] === undefined ? {} : { 'content-length': String(body.length) };
  return Object.assign(request, {
    method,
    url,
    headers: { ...headers, ...length },
    socket,
    complete: true,
  }) as unknown as IncomingMessage;
}

/** Every answer of a node is one `writeHead` and one `end`. */
function alter(response: ServerResponse, change: (answer: Answered) => Answered): void {
  const [writeHead, end] = [response.writeHead.bind(response), response.end.bind(response)];
  let head: Pick<Answered, 'status' | 'headers'> = { status: 200, headers: {} };
  response.writeHead = ((status: number, headers: Answered['headers']) => {
    head = { status, headers };
    return response;
  }) as ServerResponse['writeHead'];
  response.end = ((text = '') => {
    const { status, headers, text: changed } = change({ ...head, text: String(text) });
    writeHead(status, { ...headers, 'content-length': Buffer.byteLength(changed) });
    return end(changed);
  }) as ServerResponse['end'];
}
