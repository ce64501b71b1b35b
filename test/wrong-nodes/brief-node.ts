/** A small node of the brief whose behaviour can be spoiled in one place at a time. */
import { randomUUID } from 'node:crypto';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface BriefMessage {
  uuid: string;
  originating_port: number;
  version: number;
  ttl: number;
  payload: unknown;
}

/** What a node does at each step: a fault replaces one of these. */
export interface BriefRules {
  /** The body of its answer to `GET /peers/`. */
  listPeers(peers: readonly number[]): unknown;
  /** The status of its answer to a rumor. */
  readonly status: number;
  isSeen(message: BriefMessage, seen: ReadonlySet<string>): boolean;
  isNews(message: BriefMessage, known: BriefMessage | undefined, all: ReadonlyMap<number, BriefMessage>): boolean;
  /** What it passes on of this message, if anything. */
  copy(message: BriefMessage): BriefMessage | undefined;
  receivers(peers: readonly number[], message: BriefMessage, isOwn: boolean): readonly number[];
  own(version: number, port: number): Partial<BriefMessage>;
  /** Does it take what it said itself, and hears again, for known? */
  readonly knowsItself: boolean;
}

export const RIGHT: BriefRules = {
  listPeers: (peers) => ({ peers }),
  status: 200,
  isSeen: ({ uuid }, seen) => seen.has(uuid),
  isNews: ({ version }, known) => version > (known?.version ?? 0),
  copy: (message) => (message.ttl > 1 ? { ...message, ttl: message.ttl - 1 } : undefined),
  receivers: (peers) => peers,
  own: (version, port) => ({ uuid: randomUUID(), originating_port: port, version, ttl: 8, payload: { book: 'Emma' } }),
  knowsItself: true,
};

const RESAMPLE_MS = 400;

export async function startBriefNode(fault: Partial<BriefRules>): Promise<{ address: string; stop: () => void }> {
  const rules = { ...RIGHT, ...fault };
  const [peers, known, seen] = [new Set<number>(), new Map<number, BriefMessage>(), new Set<string>()];
  let version = 0;

  const flood = (message: Partial<BriefMessage>, isOwn: boolean): void => {
    for (const port of rules.receivers([...peers], message as BriefMessage, isOwn)) {
      request({ port, method: 'POST', path: '/gossip/', headers: { 'content-type': 'application/json' } })
        .on('error', () => undefined)
        .on('response', (response) => response.resume())
        .end(JSON.stringify(message));
    }
  };
  const hear = (message: BriefMessage): void => {
    const { originating_port: origin, uuid } = message;
    // One that others spell otherwise.
    if (typeof origin !== 'number' || (origin === me && rules.knowsItself)) return;
    if (rules.isSeen(message, seen) || !rules.isNews(message, known.get(origin), known)) return;
    seen.add(uuid);
    if (message.version > (known.get(origin)?.version ?? 0)) known.set(origin, message);
    if (origin !== me && peers.size < 5) peers.add(origin);
    const copy = rules.copy(message);
    if (copy !== undefined) flood(copy, false);
  };
  const server = createServer((asked, response) => {
    response.setHeader('content-type', 'application/json');
    if (asked.method === 'GET') return response.end(JSON.stringify(rules.listPeers([...peers])));
    void text(asked).then((body) => {
      hear(JSON.parse(body) as BriefMessage);
      response.writeHead(rules.status).end('{}');
    });
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: me } = server.address() as AddressInfo;
  const resampling = setInterval(() => flood(rules.own(++version, me), true), RESAMPLE_MS);
  return {
    address: `127.0.0.1:${me}`,
    stop: () => {
      clearInterval(resampling);
      server.close().closeAllConnections();
    },
  };
}
