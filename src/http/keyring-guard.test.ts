import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newKeyText } from '../keyring/cluster-key.ts';
import { UnsignedAnswer, type Admitted } from './guard.ts';
import { KeyringGuard } from './keyring-guard.ts';
import { BadRequest } from './respond.ts';

const A = '127.0.0.1:7001';
const B = '127.0.0.1:7002';
const NOW = 1_700_000_000;
const shared = { keys: [newKeyText()] };

function guardOf(self: string, keyring: { keys: readonly string[] } = shared, now = (): number => NOW): KeyringGuard {
  return new KeyringGuard(keyring, { self: () => self, epochSeconds: now });
}

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly host: string;
  readonly body: string;
}

const SENT: Sent = { method: 'POST', url: '/gossip/', host: B, body: '{"from":"127.0.0.1:7001","messages":[]}' };

const asRequest = ({ method, url, host }: Sent, headers: OutgoingHttpHeaders): IncomingMessage =>
  ({ method, url, headers: { host, ...headers }, socket: {} }) as unknown as IncomingMessage;
/** One that opens a link. */
const asOpening = (headers: OutgoingHttpHeaders): IncomingMessage =>
  asRequest(SENT, { 'content-type': 'application/x-ndjson', ...headers });
const asAnswer = (statusCode: number, headers: OutgoingHttpHeaders): IncomingMessage =>
  ({ statusCode, headers }) as unknown as IncomingMessage;

/** A request from A to B as B gets it. @throws BadRequest */
function take(by: KeyringGuard, sent: Sent, headers: OutgoingHttpHeaders) {
  return admit(by, asRequest(sent, headers), sent.body);
}

function admit(by: KeyringGuard, request: IncomingMessage, content: string): Admitted {
  by.admit(request);
  const admitted = by.admitted(request);
  if (admitted === undefined) throw new Error('neither let in nor refused');
  admitted.checkContent(Buffer.from(content));
  return admitted;
}

/** What a call is refused with. */
function refusal(act: () => unknown): string {
  try {
    act();
    return 'taken';
  } catch (error) {
    if (error instanceof BadRequest) return `${error.status} ${error.message}`;
    throw error;
  }
}

describe('a request', () => {
  test('that a key of ours has signed is let in, once', () => {
    const [a, b] = [guardOf(A), guardOf(B)];
    const { headers } = a.request('POST', B, '/gossip/', SENT.body);
    expect(refusal(() => take(b, SENT, headers))).toBe('taken');
    expect(refusal(() => take(b, SENT, headers))).toBe('401 nonce: this request was taken before');
  });

  test('with any other method, path, place or body is refused', () => {
    const changed = fc.oneof(
      fc.constantFrom('GET', 'PUT', 'HEAD', 'post').map((method) => ({ method })),
      fc.constantFrom('/gossip', '/peers/', '/gossip//', '/gossip/%20').map((url) => ({ url })),
      fc.constantFrom(A, '127.0.0.1', 'localhost:7002', '127.0.0.1:70020').map((host) => ({ host })),
      fc.tuple(fc.nat(SENT.body.length - 1), fc.integer({ min: 32, max: 126 })).map(([at, code]) => ({
        body: SENT.body.slice(0, at) + String.fromCharCode(code) + SENT.body.slice(at + 1),
      })),
      fc.string().map((body) => ({ body })),
    );
    fc.assert(
      fc.property(changed, (change) => {
        const sent = { ...SENT, ...change };
        fc.pre(JSON.stringify(sent) !== JSON.stringify(SENT));
        const { headers } = guardOf(A).request('POST', B, '/gossip/', SENT.body);
        expect(refusal(() => take(guardOf(B), sent, headers))).toMatch(/^401 /);
      }),
      { numRuns: 300 },
    );
  });

  test('that is not signed, or by a key of another network, is refused with what would be taken', () => {
    const b = guardOf(B);
    expect(refusal(() => take(b, SENT, {}))).toBe(
      '401 this network has a keyring: a request must be signed by one of its keys',
    );
    const other = guardOf(A, { keys: [newKeyText()] });
    const { headers } = other.request('POST', B, '/gossip/', SENT.body);
    expect(refusal(() => take(b, SENT, headers))).toBe(`401 keyid: this node does not hold the key ${other.keyIds[0]}`);
    try {
      take(b, SENT, {});
    } catch (error) {
      expect((error as BadRequest).headers).toEqual({
        'accept-signature':
          'gossip=("@method" "@authority" "@path" "content-digest");created;nonce;keyid;alg="hmac-sha256"',
      });
    }
  });

  test.each([
    ['plain', false, 80],
    ['within TLS', true, 443],
  ])('%s leaves out the port of its scheme, and no other', (_, isEncrypted, port) => {
    const guardAt = (self: string) =>
      new KeyringGuard(shared, { self: () => self, isEncrypted, epochSeconds: () => NOW });
    for (const [self, host] of [
      [`127.0.0.1:${port}`, '127.0.0.1'],
      [`127.0.0.1:${523 - port}`, `127.0.0.1:${523 - port}`],
    ] as const) {
      const { headers } = guardAt(A).request('POST', self, '/gossip/', SENT.body);
      expect(refusal(() => take(guardAt(self), { ...SENT, host }, headers))).toBe('taken');
    }
  });

  test('that was recorded is refused by another node, by a node that was started again, and later', () => {
    const { headers } = guardOf(A).request('POST', B, '/gossip/', SENT.body);
    const c = '127.0.0.1:7003';
    expect(refusal(() => take(guardOf(c), SENT, headers))).toBe(`401 @authority: this node is ${c}`);
    expect(
      refusal(() =>
        take(
          guardOf(B, shared, () => NOW + 1),
          SENT,
          headers,
        ),
      ),
    ).toContain('before this node was started');
    const times = [NOW, NOW + 31];
    const later = guardOf(B, shared, () => times.shift() ?? 0);
    expect(refusal(() => take(later, SENT, headers))).toContain("31 s before this node's clock");
  });

  test('of one kind is none of the other: a link is opened by no signature of a request, nor the other way', () => {
    const [a, b] = [guardOf(A), guardOf(B)];
    const { headers } = a.request('POST', B, '/gossip/', SENT.body);
    expect(refusal(() => b.admit(asOpening(headers)))).toMatch(/^401 signature: expected/);
    const opening = a.opening(B, SENT.body);
    expect(refusal(() => take(b, SENT, opening.headers))).toMatch(/^401 signature: expected/);
  });

  test('for `/peers/` may call a node by another name, as who joins through it does', () => {
    const sent = { method: 'GET', url: '/peers/', host: 'seed.example:7002', body: '' };
    const { headers } = guardOf(A).request('GET', sent.host, '/peers/', '');
    expect(refusal(() => take(guardOf(B), sent, headers))).toBe('taken');
  });
});

describe('an answer', () => {
  const [a, b] = [guardOf(A), guardOf(B)];
  const ask = () => a.request('POST', B, '/gossip/', SENT.body);

  test('is believed when it answers this request', () => {
    const asked = ask();
    const headers = take(b, SENT, asked.headers).sign(200, '{"messages":[]}');
    expect(() => asked.check(asAnswer(200, headers), '{"messages":[]}')).not.toThrow();
  });

  test('of another request, with another status or body, or without a signature is not', () => {
    const [one, two] = [ask(), ask()];
    const headers = take(b, SENT, one.headers).sign(200, '{}');
    expect(() => two.check(asAnswer(200, headers), '{}')).toThrow(UnsignedAnswer);
    expect(() => one.check(asAnswer(403, headers), '{}')).toThrow(UnsignedAnswer);
    expect(() => one.check(asAnswer(200, headers), '{"peers":[]}')).toThrow(UnsignedAnswer);
    expect(() => one.check(asAnswer(401, {}), '{"error":"who are you?"}')).toThrow('HTTP 401: "who are you?"');
  });
});

describe('a link', () => {
  function open(opener = guardOf(A), listener = guardOf(B)) {
    const asked = opener.opening(B, 'from A');
    const admitted = admit(listener, asOpening(asked.headers), 'from A');
    const answer = admitted.answer('from B');
    return { asked, admitted, answer, seal: asked.check(asAnswer(200, answer.headers), Buffer.from('from B')) };
  }

  test('is opened by two handshakes that are signed, and its lines are read by both', () => {
    const { answer, seal } = open();
    expect(answer.seal.open(seal.seal('{"a":1}'))).toBe('{"a":1}');
    expect(seal.open(answer.seal.seal(''))).toBe('');
  });

  test('is not opened by another first line than was signed, on either side', () => {
    const { asked, admitted, answer } = open();
    expect(refusal(() => admitted.checkContent(Buffer.from('from C')))).toMatch(/^401 handshake-digest/);
    expect(() => asked.check(asAnswer(200, answer.headers), Buffer.from('from C'))).toThrow(UnsignedAnswer);
  });

  test('cannot be opened twice by what was recorded of it', () => {
    const listener = guardOf(B);
    const { asked } = open(guardOf(A), listener);
    expect(refusal(() => listener.admit(asOpening(asked.headers)))).toContain('taken before');
  });

  test('is not opened by a key that is removed meanwhile', () => {
    const keyring = { keys: [newKeyText()] };
    const listener = guardOf(B, keyring);
    const asked = guardOf(A, { keys: [...keyring.keys] }).opening(B, 'from A');
    const admitted = admit(listener, asOpening(asked.headers), 'from A');
    keyring.keys = [newKeyText()];
    // The second in which it does not look again is over.
    listener['keyring'].freshen();
    expect(refusal(() => admitted.answer('from B'))).toMatch(/^401 keyid/);
  });
});

describe('while keys are changed', () => {
  test('each step leaves nodes that are one step apart able to talk, both ways', () => {
    const [old, fresh] = [newKeyText(), newKeyText()];
    const steps = [[old], [old, fresh], [fresh, old], [fresh]];
    for (let i = 0; i + 1 < steps.length; i++) {
      for (const [asking, asked] of [[i, i + 1] as const, [i + 1, i] as const]) {
        const [a, b] = [guardOf(A, { keys: steps[asking]! }), guardOf(B, { keys: steps[asked]! })];
        const request = a.request('POST', B, '/gossip/', SENT.body);
        const headers = take(b, SENT, request.headers).sign(200, '{}');
        expect(() => request.check(asAnswer(200, headers), '{}')).not.toThrow();
      }
    }
  });

  test('a key that is new to a node is looked for before it is refused', () => {
    const keyring = { keys: [newKeyText()] };
    const next = newKeyText();
    const b = guardOf(B, keyring);
    take(b, SENT, guardOf(A, { keys: [...keyring.keys] }).request('POST', B, '/gossip/', SENT.body).headers);
    keyring.keys = [...keyring.keys, next];
    const { headers } = guardOf(A, { keys: [next] }).request('POST', B, '/gossip/', SENT.body);
    expect(refusal(() => take(b, SENT, headers))).toBe('taken');
  });
});
