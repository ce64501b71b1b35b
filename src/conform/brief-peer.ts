/** A peer that knows the brief and nothing else: it answers `GET /peers/`, and writes down what is posted to it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Address } from '../core/index.ts';
import { readSpelling, type Spelling } from '../http/spellings.ts';
import { decodeMessage } from '../http/decoder.ts';
import { parsed, textOf } from './exchange.ts';
import { Listener, type Where } from './listener.ts';

/** Bodies that are kept; a node that tells more is not listened to. */
const MAX_TOLD = 20_000;

/** One body that was posted. */
export interface Told {
  readonly to: Address;
  readonly body: unknown;
  /** Its fields in our spelling, unchecked; none where it is no object. */
  readonly rumor: { readonly [name in 'uuid' | 'origin' | 'version' | 'ttl' | 'payload']?: unknown };
  readonly spelling: Spelling | undefined;
  readonly atMs: number;
}

export class BriefPeer {
  readonly told: Told[] = [];
  private listener!: Listener;

  private constructor(private readonly peers: () => readonly Address[]) {}

  /** @param peers whom it names when it is asked for its own */
  static async open(where: Where, port: number, peers: () => readonly Address[]): Promise<BriefPeer> {
    const peer = new BriefPeer(peers);
    peer.listener = await Listener.open(where, port, (request, response) => void peer.answer(request, response));
    return peer;
  }

  get address(): Address {
    return this.listener.address;
  }

  copiesOf(uuid: string): Told[] {
    return this.told.filter(({ rumor }) => rumor.uuid === uuid);
  }

  close(): Promise<void> {
    return this.listener.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('content-type', 'application/json');
    if (request.method === 'GET') {
      response.end(JSON.stringify({ peers: this.peers().filter((address) => address !== this.address) }));
      return;
    }
    const body = parsed(await textOf(request).catch(() => ''));
    if (this.told.length < MAX_TOLD) this.told.push(read(this.address, body));
    response.end('{"status":"ok"}');
  }
}

function read(to: Address, body: unknown): Told {
  const atMs = performance.now();
  if (typeof body !== 'object' || body === null || 'messages' in body) {
    return { to, body, rumor: {}, spelling: undefined, atMs };
  }
  return { to, body, ...readSpelling(body), atMs };
}

/** @returns what is wrong with the five fields */
export function complaintAboutFields({ rumor }: Told): string | undefined {
  for (const name of ['uuid', 'origin', 'version', 'ttl', 'payload'] as const) {
    if (rumor[name] === undefined) return `${name} is missing`;
  }
  return 'message' in decodeMessage(rumor) ? undefined : 'a field has a value that it cannot have';
}
