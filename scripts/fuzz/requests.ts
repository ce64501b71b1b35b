/** Requests that are HTTP: what is in them is not what it should be. */
import { MAX_BODY_BYTES } from '../../src/http/limits.ts';
import type { Cast } from './cast.ts';
import type { Draws } from './draws.ts';
import { oddValue } from './hostile-values.ts';
import { JSON_TYPE, request, type Input } from './input.ts';
import { bareRumor, bytesOf, envelope, forgery, recordedEnvelope } from './messages.ts';
import { spoil } from './spoil.ts';
import { fieldsOf, treeOf, type Tree } from './tree.ts';

export function requestInput(draws: Draws, cast: Cast): Input {
  return draws.weighted(KINDS)(draws, cast);
}

/** What a favourite is that only a page of another site would set. */
export const REBOUND_BOOK = 'A book from another site';

const PATHS = ['/peers/', '/state/', '/events/', '/metrics', '/health/', '/openapi.json', '/favorite', '/gossip/', '/'];
const TEXT_TYPES = [
  ...[
    '',
    'content-type: text/plain',
    'content-type: application/jsonx',
    'content-type: multipart/form-data; boundary=x',
  ],
  ...['content-type: application/json; charset=utf-16', 'content-type: application/json;', 'content-type: */*'],
  ...['content-type: application/json\r\ncontent-type: text/html', 'CONTENT-TYPE:application/JSON'],
];

type Make = (draws: Draws, cast: Cast) => Input;

const KINDS: readonly (readonly [weight: number, make: Make])[] = [
  [30, (draws, cast) => gossip('envelope', bytesOf(envelope(draws, cast)))],
  [24, (draws, cast) => gossip('recorded envelope', recordedEnvelope(draws, cast))],
  [18, (draws, cast) => gossip('bare rumor', bytesOf(bareRumor(draws, cast)))],
  [6, (draws, cast) => gossip('forgery', forged(draws, cast))],
  [6, (draws, cast) => gossip('spoiled bytes', spoiledBytes(draws, bytesOf(envelope(draws, cast))))],
  [4, (draws) => gossip('any JSON', bytesOf(oddValue(draws)))],
  [2, (draws) => gossip('about the limit', aboutTheLimit(draws))],
  [3, query],
  [4, favorite],
  [3, ofAnotherType],
];

function gossip(kind: string, body: Buffer): Input {
  return { kind, bytes: request('POST', '/gossip/', [JSON_TYPE], body), mayBreakOff: body.length > MAX_BODY_BYTES };
}

function forged(draws: Draws, cast: Cast): Buffer {
  const rumor = forgery(draws, cast);
  if (draws.chance(50)) return bytesOf(rumor);
  const from = draws.pick([...cast.honest, ...cast.accomplices]);
  const told: Tree = draws.chance(50) ? rumor : fieldsOf({ type: 'delta', rumors: [rumor] });
  return bytesOf(fieldsOf({ from, cluster: cast.cluster, messages: [told] }));
}

/** Not UTF-8, or not where it should begin or end. */
function spoiledBytes(draws: Draws, body: Buffer): Buffer {
  const at = draws.below(body.length + 1);
  switch (draws.below(7)) {
    case 0:
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]);
    case 1:
      return Buffer.from(body.toString(), 'utf16le');
    case 2:
      return Buffer.concat([body.subarray(0, at), Buffer.from([0xed, 0xa0, 0x80]), body.subarray(at)]);
    case 3:
      return Buffer.concat([body.subarray(0, at), Buffer.from([0xc0, 0xaf]), body.subarray(at)]);
    case 4:
      return Buffer.concat([body, body]);
    case 5:
      return body.subarray(0, at);
    default:
      return Buffer.alloc(draws.pick([0, 1, 1000]), draws.below(256));
  }
}

function aboutTheLimit(draws: Draws): Buffer {
  const length = MAX_BODY_BYTES + draws.pick([-1, 0, 1, 100_000]);
  const [before, after] = ['{"from":"127.66.0.1:9","messages":[],"x":"', '"}'];
  return Buffer.from(before + 'x'.repeat(length - before.length - after.length) + after);
}

function query(draws: Draws): Input {
  const method = draws.pick(['GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']);
  const name = draws.pick(['since', 'type', '__proto__', '%00', 'a[]', '%E0%A4', '%', 'x'.repeat(2000)]);
  const value = draws.pick(['', '1', '-1', '1e400', '%0d%0aset-cookie:x', '../', '%ff', '<script>', '9'.repeat(500)]);
  const tail = draws.pick(['', '', `?${name}=${value}`, '?', '??', '#x', '//', '/..', '/%2e%2e/', '%2f', ';x']);
  return { kind: 'query', method, bytes: request(method, draws.pick(PATHS) + tail, [], emptyFor(method)) };
}

/** A method that may have a body is asked for its length. */
function emptyFor(method: string): Buffer | undefined {
  return method === 'GET' || method === 'HEAD' ? undefined : Buffer.alloc(0);
}

function favorite(draws: Draws): Input {
  if (draws.chance(20)) {
    const body = bytesOf(treeOf({ book: REBOUND_BOOK }));
    const host = draws.pick([
      'evil.example',
      '127.0.0.1.evil.example:80',
      'localhost.',
      '0',
      '[::1',
      'a@localhost',
      '',
    ]);
    const head = `PUT /favorite/ HTTP/1.1\r\nhost: ${host}\r\n${JSON_TYPE}\r\ncontent-length: ${body.length}\r\n\r\n`;
    return { kind: 'another site', method: 'PUT', bytes: Buffer.from(head + body.toString()), mustBeRefused: true };
  }
  const body = bytesOf(spoil(fieldsOf({ book: draws.pick<Tree>(['Emma', '😀'.repeat(200), 'x'.repeat(501)]) }), draws));
  const mayBreakOff = body.length > MAX_BODY_BYTES;
  return { kind: 'favourite', method: 'PUT', bytes: request('PUT', '/favorite/', [JSON_TYPE], body), mayBreakOff };
}

function ofAnotherType(draws: Draws, cast: Cast): Input {
  const type = draws.pick(TEXT_TYPES);
  const body = bytesOf(envelope(draws, cast));
  const encoding = draws.pick([[], [], ['content-encoding: gzip'], ['content-encoding: br, gzip']]);
  // The body of what is refused for its type is not read, and the connection with it comes to its end.
  const bytes = request('POST', '/gossip/', [...(type === '' ? [] : [type]), ...encoding], body);
  return { kind: 'another type', bytes, mayBreakOff: true };
}
