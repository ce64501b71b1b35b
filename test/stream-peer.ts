/** A peer that a test plays by hand: it listens at an address, takes streams or not, and says what the test says. */
import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Writable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Address } from '../src/core/address.ts';
import { eventually, gossip } from './support.ts';

export interface Handshake {
  readonly protocol: number;
  readonly from: Address;
  readonly features: readonly string[];
  readonly token?: string;
  readonly proof?: string;
}

/** One end of an open stream. */
export class StreamEnd {
  readonly lines: string[] = [];
  isOver = false;
  /** Both sides have said who they are. */
  isOpen = false;
  private rest = '';

  constructor(
    readonly input: IncomingMessage,
    readonly output: Writable,
  ) {
    input.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.rest + text).split('\n');
      this.rest = lines.pop() ?? '';
      this.lines.push(...lines);
    });
    const end = (): void => void (this.isOver = true);
    for (const side of [input, output]) side.on('error', end).once('close', end);
  }

  get handshake(): Handshake | undefined {
    return this.lines[0] === undefined ? undefined : (JSON.parse(this.lines[0]) as Handshake);
  }

  /** All messages so far, without the handshake and empty lines. */
  get messages(): Record<string, unknown>[] {
    return this.lines
      .slice(1)
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  say(...values: unknown[]): void {
    for (const value of values) this.output.write(typeof value === 'string' ? value : `${JSON.stringify(value)}\n`);
  }

  cut(): void {
    this.input.socket.destroy();
  }
}

export class StreamPeer {
  readonly address: Address;
  /** Streams that were opened to it, oldest first. */
  readonly streams: StreamEnd[] = [];
  /** Bodies that were posted to it. */
  readonly posts: { from: Address; token?: string; messages: Record<string, unknown>[] }[] = [];

  constructor(private readonly server: Server) {
    this.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Answers a stream that is opened to it with its handshake. */
  takeStream(request: IncomingMessage, response: ServerResponse, over: Partial<Handshake> = {}): void {
    const stream = new StreamEnd(request, response);
    this.streams.push(stream);
    void eventually('a handshake', () => stream.handshake).then(({ token }) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      stream.say({ protocol: 1, from: this.address, features: [], token: 'its-token', proof: token, ...over });
      stream.isOpen = true;
    });
  }

  /** Asks the node for a link that it cannot decline, in a request that brings a token. */
  askForLink(node: Address): Promise<unknown> {
    return gossip(node, {
      from: this.address,
      token: 'its-token',
      messages: [{ type: 'neighbor', priority: 'high', request: 1 }],
    });
  }

  /** Nobody listens there any more. */
  die(): void {
    this.server.close().closeAllConnections();
  }
}

/** Each ends after its test. */
export async function streamPeer(
  onStream?: (peer: StreamPeer, request: IncomingMessage, response: ServerResponse) => void,
): Promise<StreamPeer> {
  let peer: StreamPeer | undefined = undefined as StreamPeer | undefined;
  const listener: RequestListener = (request, response) => {
    if (peer === undefined) return;
    if (request.headers['content-type'] === 'application/x-ndjson') {
      if (onStream === undefined) peer.takeStream(request, response);
      else onStream(peer, request, response);
      return;
    }
    void textOf(request).then((text) => {
      if (text !== '') peer?.posts.push(JSON.parse(text) as StreamPeer['posts'][number]);
      response.end('{"messages":[]}');
    });
  };
  const server = createServer(listener);
  onTestFinished(() => void server.close().closeAllConnections());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  peer = new StreamPeer(server);
  return peer;
}

/** Opens a stream to a node. */
export async function openStreamTo(
  node: Address,
  handshake: unknown,
): Promise<{ response: IncomingMessage; stream: StreamEnd }> {
  const headers = { 'content-type': 'application/x-ndjson' };
  const asked = httpRequest(`http://${node}/gossip/`, { method: 'POST', headers, agent: false });
  asked.on('error', () => undefined);
  asked.write(
    typeof handshake === 'string' || Buffer.isBuffer(handshake) ? handshake : `${JSON.stringify(handshake)}\n`,
  );
  onTestFinished(() => void asked.destroy());
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { response, stream: new StreamEnd(response, asked) };
}
