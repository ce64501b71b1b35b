/** For each claim of the level _links_ a node of ours whose streams are wrong in one thing. */
import { request, type ServerResponse } from 'node:http';
import { isRumor, type Address, type Message } from '../../src/core/index.ts';
import type { Links } from '../../src/http/links.ts';
import type { LinkStream } from '../../src/http/link-stream.ts';
import { BadRequest } from '../../src/http/respond.ts';
import type { Fault, Inside } from './our-wrong-node.ts';

/** What these faults reach for in the links of a node. */
interface InnerLinks {
  handshakeFor(to: Address, isProven?: boolean): string;
  makeWay(from: Address, handshake: object): void;
  establish(peer: Address, handshake: object, halves: object, byUs: boolean): void;
  beSure(peer: Address, link: object): void;
  serveUnproven(from: Address, halves: object): void;
  readonly links: Map<Address, { readonly stream: LinkStream; readonly byUs: boolean }>;
  readonly opening: Map<Address, { asked: { destroy(): void } }>;
  readonly unproven: Set<LinkStream>;
  readonly host: {
    converse(from: Address, lines: readonly string[]): string[];
    heard(from: Address, lines: readonly string[]): void;
  };
  to: Links['to'];
}

type InnerStream = {
  -readonly [name in keyof LinkStream]: LinkStream[name];
} & {
  breakQuiet(): void;
  noticeSilence(): void;
  takeLines(lines: readonly string[]): void;
  answerEnd(): void;
  fail(reason: string): void;
};

function inLinks(spoil: (links: InnerLinks, node: Parameters<NonNullable<Fault['spoil']>>[0]) => void): Fault {
  return { spoil: (node) => spoil(node.transport.sender.links as InnerLinks, node) };
}

/** Each stream, of a peer or without a proof, as soon as there is one. */
function inStreams(spoil: (stream: InnerStream) => void): Fault {
  return inLinks((links) => {
    const [establish, serve] = [links.establish.bind(links), links.serveUnproven.bind(links)];
    links.establish = (peer, ...rest) => {
      establish(peer, ...rest);
      const link = links.links.get(peer);
      if (link !== undefined) spoil(link.stream as unknown as InnerStream);
    };
    links.serveUnproven = (from, halves) => {
      serve(from, halves);
      spoil([...links.unproven].at(-1) as unknown as InnerStream);
    };
  });
}

/** Something is done beside each message that is sent. */
function inSends(act: (message: Message, to: Address, links: InnerLinks, self: Address) => void): Fault {
  return {
    said: (message, to, node) => {
      act(message, to, (node as unknown as Inside).transport.sender.links as InnerLinks, node.self);
      return [message];
    },
  };
}

/** Another status than this one in answer to a stream. */
function statusFor(wrong: number, instead: number): Fault {
  return {
    met: (_, response: ServerResponse) => {
      const writeHead = response.writeHead.bind(response) as (status: number, headers: object) => ServerResponse;
      response.writeHead = ((status: number, headers: object) =>
        writeHead(status === wrong ? instead : status, headers)) as ServerResponse['writeHead'];
      return true;
    },
  };
}

export const WRONG_LINK_NODES: Readonly<Record<string, Fault>> = {
  'links/opens-with-the-token': inLinks((links) => {
    const handshakeFor = links.handshakeFor.bind(links);
    links.handshakeFor = (to, isProven) =>
      isProven === undefined
        ? handshakeFor(to).replace(/"proof":"[^"]*"/, '"proof":"guessed"')
        : handshakeFor(to, isProven);
  }),
  'links/answers-a-handshake': inLinks((links) => {
    const handshakeFor = links.handshakeFor.bind(links);
    links.handshakeFor = (to, isProven) =>
      isProven === true ? handshakeFor(to, true).replace('"protocol":1', '"protocol":2') : handshakeFor(to, isProven);
  }),
  'links/wrong-proof': statusFor(403, 401),
  'links/bad-handshake': statusFor(400, 500),
  'links/serves-without-proof': inLinks((links) => {
    const converse = links.host.converse.bind(links.host);
    links.host.converse = (from, lines) =>
      converse(
        from,
        lines.filter((line) => !line.includes('"shuffle"')),
      );
  }),
  'links/tells-only-peers': inSends((message, _, links) => {
    if (isRumor(message)) [...links.unproven].at(-1)?.write([JSON.stringify(message)]);
  }),
  'links/hears-lines': inLinks((links) => {
    const heard = links.host.heard.bind(links.host);
    links.host.heard = (from, lines) =>
      heard(
        from,
        lines.filter((line) => !line.startsWith('{"uuid"')),
      );
  }),
  'links/tells-on-the-stream': inSends((message, to, links, self) => {
    if (!isRumor(message) || links.links.get(to)?.byUs !== true) return;
    const headers = { 'content-type': 'application/json' };
    request(`http://${to}/gossip/`, { method: 'POST', headers })
      .on('error', () => undefined)
      .on('response', (response) => response.resume())
      .end(JSON.stringify({ from: self, messages: [message] }));
  }),
  'links/waits-to-be-sure': inLinks((links) => {
    const establish = links.establish.bind(links);
    links.establish = (peer, handshake, halves, byUs) => {
      establish(peer, handshake, halves, byUs);
      const link = links.links.get(peer);
      if (link !== undefined) links.beSure(peer, link);
    };
  }),
  'links/skips-a-bad-line': inLinks((links) => {
    const converse = links.host.converse.bind(links.host);
    const deaf = new Set<Address>();
    links.host.converse = (from, lines) => {
      if (lines.some((line) => line.includes('"fly"'))) deaf.add(from);
      return deaf.has(from) ? [] : converse(from, lines);
    };
  }),
  'links/ends-at-nonsense': inStreams((stream) => {
    const takeLines = stream.takeLines.bind(stream);
    stream.takeLines = (lines) => takeLines(lines.filter((line) => line !== 'nonsense'));
  }),
  'links/ends-at-a-long-line': inStreams((stream) => {
    const fail = stream.fail.bind(stream);
    stream.fail = (reason) => (reason.includes('longer') ? undefined : fail(reason));
  }),
  'links/answers-half-ends': inStreams((stream) => {
    const fail = stream.fail.bind(stream);
    stream.answerEnd = () => undefined;
    stream.fail = (reason) => (reason === 'the connection closed' ? undefined : fail(reason));
  }),
  'links/both-at-once': inLinks((links, { self }) => {
    const makeWay = links.makeWay.bind(links);
    links.makeWay = (from, handshake) => {
      if (!links.opening.has(from)) return makeWay(from, handshake);
      if (self > from) throw new BadRequest('that of the higher address stays', 409);
      links.opening.get(from)?.asked.destroy();
      links.opening.delete(from);
    };
  }),
  'links/backpressure': inStreams((stream) => {
    Object.defineProperty(stream, 'isFull', { value: false });
  }),
  'links/keeps-alive': inStreams((stream) => {
    stream.breakQuiet = () => undefined;
  }),
  'links/ends-a-silent-one': inStreams((stream) => {
    stream.noticeSilence = () => undefined;
  }),
};
