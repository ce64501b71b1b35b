/** HTTP below the level of requests: what proxies and servers have read in two ways, and what comes slowly, in pieces, or not at all. */
import { gzipSync } from 'node:zlib';
import type { Cast } from './cast.ts';
import type { Draws } from './draws.ts';
import { JSON_TYPE, request, type RawInput } from './input.ts';
import { bytesOf, envelope, plainHandshake, recordedEnvelope } from './messages.ts';
import { mutate } from './mutate-bytes.ts';
import { treeOf } from './tree.ts';

/** The favourite that a request would set which hides in another. */
export const SMUGGLED_BOOK = 'A book that was smuggled';

type Make = (draws: Draws, cast: Cast) => RawInput;

const KINDS: readonly (readonly [weight: number, make: Make])[] = [
  [20, smuggling],
  [8, badLength],
  [10, badChunks],
  [10, oddRequestLine],
  [10, oddHeaders],
  [8, pipelined],
  [10, cutShort],
  [6, inPieces],
  [5, otherProtocol],
  [4, compressed],
  [15, changedRequest],
  [3, openStream],
];

export function rawInput(draws: Draws, cast: Cast): RawInput {
  const input = draws.weighted(KINDS)(draws, cast);
  return draws.chance(80) ? input : { ...input, end: 'all' };
}

function said(kind: string, bytes: Buffer | string, mustBeRefused = false): RawInput {
  return { kind, steps: [{ bytes: Buffer.from(bytes as string, 'latin1'), waitMs: 0 }], end: 'half', mustBeRefused };
}

const HIDDEN_BODY = JSON.stringify({ book: SMUGGLED_BOOK });
const HIDDEN = `PUT /favorite/ HTTP/1.1\r\nhost: localhost\r\n${JSON_TYPE}\r\ncontent-length: ${HIDDEN_BODY.length}\r\n\r\n${HIDDEN_BODY}`;

/** Where the request ends depends on which of its headers is believed. Behind one of the ends is another request. */
function smuggling(draws: Draws): RawInput {
  const te = draws.pick([
    'transfer-encoding: chunked',
    'Transfer-Encoding:\tchunked',
    'transfer-encoding: identity, chunked',
    'transfer-encoding: chunked, identity',
    'transfer-encoding : chunked',
    'transfer-encoding: xchunked',
    'transfer-encoding: chunked\r\ntransfer-encoding: identity',
    'transfer-encoding:\r\n chunked',
    'x: y\r\n transfer-encoding: chunked',
    'transfer-encoding: "chunked"',
  ]);
  const wholly = `0\r\n\r\n${HIDDEN}`;
  const lengths = draws.pick([
    `content-length: ${wholly.length}\r\n${te}`,
    `${te}\r\ncontent-length: ${wholly.length}`,
    `content-length: ${wholly.length}\r\ncontent-length: 5`,
    `content-length: 5\r\ncontent-length: ${wholly.length}`,
    `content-length: ${wholly.length}, 5`,
    `content-length: +5`,
    `content-length: 5 5`,
  ]);
  return said(
    'smuggling',
    `POST /gossip/ HTTP/1.1\r\nhost: localhost\r\n${JSON_TYPE}\r\n${lengths}\r\n\r\n${wholly}`,
    true,
  );
}

function badLength(draws: Draws): RawInput {
  const length = draws.pick([
    '-1',
    '1e3',
    '0x10',
    '18446744073709551616',
    '9'.repeat(100),
    '5;',
    '٥',
    '',
    'NaN',
    '65537',
  ]);
  return said('bad length', `POST /gossip/ HTTP/1.1\r\nhost: a\r\n${JSON_TYPE}\r\ncontent-length: ${length}\r\n\r\n{}`);
}

function badChunks(draws: Draws): RawInput {
  const chunk = draws.pick([
    ...[
      'zz\r\n{}\r\n',
      '-1\r\n{}\r\n',
      'FFFFFFFFFFFFFFFFF\r\n{}',
      '2\r\n{}0\r\n\r\n',
      '2\r\n{}\r\n0\r\nx',
      '2\n{}\n0\n\n',
      '\r\n',
    ],
    `2;${'x'.repeat(draws.pick([10, 20_000]))}\r\n{}\r\n0\r\n\r\n`,
    `0\r\n${'x: y\r\n'.repeat(draws.pick([1, 5000]))}\r\n`,
    '1\r\n{\r\n1\r\n}\r\n0\r\n\r\n',
    `${'1\r\nx\r\n'.repeat(draws.pick([100, 70_000]))}0\r\n\r\n`,
    `10000000\r\n${'x'.repeat(70_000)}`,
  ]);
  const type = draws.pick([JSON_TYPE, 'content-type: application/x-ndjson']);
  return said(
    'bad chunks',
    `POST /gossip/ HTTP/1.1\r\nhost: a\r\n${type}\r\ntransfer-encoding: chunked\r\n\r\n${chunk}`,
  );
}

const METHODS = [
  'get',
  'GOSSIP',
  'CONNECT',
  'TRACE',
  'PRI',
  'PROPFIND',
  'M-SEARCH',
  'SOURCE',
  'QUERY',
  'X'.repeat(5000),
  'G\u0000T',
  '',
];
const TARGETS = [
  ...[
    '*',
    'http://evil.example/gossip/',
    'http://evil.example@localhost/state/',
    '//evil.example/',
    'localhost:80',
    '/\u0000',
  ],
  ...[
    '/gossip/../favorite/',
    '/%2e%2e/',
    '/state/\t',
    '/é',
    '\\state\\',
    '/state/ x',
    `/${'a'.repeat(20_000)}`,
    '/?%ff%fe',
    '%',
    '',
  ],
];

function oddRequestLine(draws: Draws): RawInput {
  const method = draws.chance(50) ? draws.pick(METHODS) : 'GET';
  const target = draws.chance(60) ? draws.pick(TARGETS) : '/health/';
  const version = draws.pick([
    'HTTP/1.1',
    'HTTP/1.1',
    'HTTP/1.0',
    'HTTP/0.9',
    'HTTP/2.0',
    'HTTP/9.9',
    'HTTP/1.1.1',
    'http/1.1',
    '',
  ]);
  const lineEnd = draws.pick(['\r\n', '\r\n', '\n', '\r']);
  return said('odd request line', `${method} ${target} ${version}${lineEnd}host: localhost${lineEnd}${lineEnd}`);
}

function oddHeaders(draws: Draws): RawInput {
  const header = draws.pick([
    ...[
      'a',
      ': x',
      ' a: b',
      'a\u0000: b',
      'a: \u0000',
      'a: b\rc: d',
      'a: b\n c: d',
      'é: é',
      'a: \u001b[2J',
      '__proto__: x',
    ],
    ...[
      'host: other',
      'host: a, b',
      'expect: 100-continue',
      'expect: 200-ok',
      'connection: close, upgrade',
      'upgrade: websocket',
    ],
    ...[
      'connection: keep-alive\r\nkeep-alive: timeout=99999',
      'te: trailers',
      'trailer: content-length',
      'range: bytes=0-9',
    ],
    `a: ${'x'.repeat(draws.pick([100, 17_000, 100_000]))}`,
    'a: b\r\n'.repeat(draws.pick([100, 3000])).slice(0, -2),
    `cookie: ${'a=b; '.repeat(1000)}`,
  ]);
  const body = '{"from":"127.66.0.1:9","messages":[]}';
  const head = `POST /gossip/ HTTP/1.1\r\nhost: localhost\r\n${header}\r\n${JSON_TYPE}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return said('odd headers', head + body);
}

/** Many requests before the first answer. */
function pipelined(draws: Draws, cast: Cast): RawInput {
  const one = (): Buffer =>
    draws.chance(70)
      ? post(bytesOf(envelope(draws, cast)))
      : request('GET', draws.pick(['/health/', '/peers/', '/nowhere', '/events/']), []);
  return said('pipelined', Buffer.concat(Array.from({ length: draws.between(2, 12) }, one)).toString('latin1'));
}

function post(body: Buffer): Buffer {
  return request('POST', '/gossip/', [JSON_TYPE], body);
}

function cutShort(draws: Draws, cast: Cast): RawInput {
  const whole = post(bytesOf(envelope(draws, cast)));
  return {
    ...said('cut short', whole.subarray(0, draws.below(whole.length)).toString('latin1')),
    end: draws.pick(['half', 'all']),
  };
}

function inPieces(draws: Draws, cast: Cast): RawInput {
  const whole = post(bytesOf(envelope(draws, cast)));
  const cuts = Array.from({ length: draws.between(1, 5) }, () => draws.below(whole.length)).sort((a, b) => a - b);
  const steps = [...cuts, whole.length].map((end, i) => ({
    bytes: whole.subarray(i === 0 ? 0 : cuts[i - 1], end),
    waitMs: draws.pick([0, 1, 5]),
  }));
  return { kind: 'in pieces', steps, end: 'half' };
}

function otherProtocol(draws: Draws): RawInput {
  const bytes = draws.pick([
    ...[
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0012\u0004',
      '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
      '\u0005\u0001\u0000',
    ],
    ...[
      'SSH-2.0-OpenSSH_9\r\n',
      'EHLO localhost\r\n',
      '\u0000'.repeat(1000),
      '{"from":"127.66.0.1:9","messages":[]}\n',
      '\r\n'.repeat(50),
    ],
    `GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n`,
    `GET /events/ HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: x\r\n\r\n`,
  ]);
  return said('another protocol', bytes);
}

/** Small as sent, large if anybody unpacked it. */
const PACKED = gzipSync(Buffer.alloc(4_000_000, '['));

function compressed(draws: Draws): RawInput {
  const header = draws.pick([
    'content-encoding: gzip',
    'transfer-encoding: gzip, chunked',
    'content-encoding: gzip, gzip',
  ]);
  const head = `POST /gossip/ HTTP/1.1\r\nhost: localhost\r\n${JSON_TYPE}\r\n${header}\r\n`;
  const body = header.startsWith('transfer')
    ? `\r\n${PACKED.length.toString(16)}\r\n${PACKED.toString('latin1')}\r\n0\r\n\r\n`
    : `content-length: ${PACKED.length}\r\n\r\n${PACKED.toString('latin1')}`;
  return said('compressed', head + body);
}

/** Recorded traffic, its HTTP changed with it. */
function changedRequest(draws: Draws, cast: Cast): RawInput {
  const [one, other] = [post(recordedEnvelope(draws, cast)), post(recordedEnvelope(draws, cast))];
  return said('changed request', mutate(one, other, draws).toString('latin1'));
}

/** A stream, or a reader of events, that is left open for a moment and then forgotten. */
function openStream(draws: Draws, cast: Cast): RawInput {
  const line = `${bytesOf(plainHandshake(draws, cast)).toString('latin1')}\n`;
  const stream = `POST /gossip/ HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n`;
  const bytes = draws.pick([
    'GET /events/ HTTP/1.1\r\nhost: a\r\n\r\n',
    stream,
    `${stream}${line.length.toString(16)}\r\n${line}\r\n`,
    `${stream}5\r\n{"pro`,
    'GET /heal',
    `POST /gossip/ HTTP/1.1\r\nhost: a\r\n${JSON_TYPE}\r\ncontent-length: 100\r\n\r\n{`,
    bytesOf(treeOf({})).toString(),
  ]);
  return {
    ...said('left open', bytes),
    steps: [{ bytes: Buffer.from(bytes, 'latin1'), waitMs: draws.pick([20, 100]) }],
    end: 'all',
  };
}
