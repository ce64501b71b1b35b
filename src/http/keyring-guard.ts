/**
 * The keyring at a node's boundary: signs what goes out and checks what comes in (`docs/protocol.md`, "With a keyring"). There is nothing to
 * negotiate: a node with a keyring neither takes nor sends anything else.
 *
 * An answer, and the lines of a link, go by the key of the request: so the asker holds it, whatever step of a rotation both are at.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Address } from '../core/index.ts';
import type { ClusterKey } from '../keyring/cluster-key.ts';
import { Keyring, type KeyringSource } from '../keyring/keyring.ts';
import { LineSeal, type LinkNonces } from '../keyring/line-seal.ts';
import { digestOf, isSame, isSignedBy, readSignature, signatureFields } from '../keyring/message-signatures.ts';
import type { Component, ReadSignature } from '../keyring/message-signatures.ts';
import { ReplayWindow } from '../keyring/replay-window.ts';
import { monotonicMs } from './clock.ts';
import { UnsignedAnswer, type Admitted, type Guard } from './guard.ts';
import type { SignedOpening, SignedRequest } from './guard.ts';
import { isStream } from './request-body.ts';
import { BadRequest } from './respond.ts';

/** What one message of each kind covers beside its head; a link's body has no end, so its first line stands for it. */
const CONTENT = 'content-digest';
const HANDSHAKE = 'handshake-digest';
type Digested = typeof CONTENT | typeof HANDSHAKE;

const REQUEST_HEAD = ['"@method"', '"@authority"', '"@path"'];
/** The asker's own signature: an answer to anything else is none to it. */
const ASKED = '"signature";req;key="gossip"';

export interface GuardHost {
  /** Unknown until it listens. */
  readonly self: () => Address;
  /** Do its messages travel within TLS? */
  readonly isEncrypted?: boolean;
  /** Seconds since the epoch, as the system's clock has it. */
  readonly epochSeconds?: () => number;
  /** The keys are others, or in another order. */
  readonly changed?: (ids: readonly string[]) => void;
  readonly warn?: (warning: string) => void;
  /** A line of a link is not the next one. @param from the address that it was opened to, or the machine that opened it */
  readonly refused?: (from: string, reason: string) => void;
}

export class KeyringGuard implements Guard {
  private readonly keyring: Keyring;
  private readonly window: ReplayWindow;
  private readonly epochSeconds: () => number;
  private readonly admissions = new WeakMap<IncomingMessage, Admitted>();

  /** @throws {UnusableKeyring} */
  constructor(
    source: KeyringSource,
    private readonly host: GuardHost,
  ) {
    const { changed = () => {}, warn = () => {}, epochSeconds = () => Math.floor(Date.now() / 1000) } = host;
    this.keyring = new Keyring(source, { changed, warn });
    this.epochSeconds = epochSeconds;
    this.window = new ReplayWindow(epochSeconds());
  }

  get keyIds(): readonly string[] {
    this.freshen();
    return this.keyring.ids;
  }

  request(method: string, to: Address, path: string, body: string): SignedRequest {
    const digest = digestOf(body);
    const { headers, key, signature } = this.ask(method, to, path, CONTENT, digest);
    return {
      headers,
      check: (answer, text) => void checkAnswer(answer, key, signature, CONTENT, text),
    };
  }

  opening(to: Address, handshake: string): SignedOpening {
    const { headers, key, signature, nonce } = this.ask('POST', to, '/gossip/', HANDSHAKE, digestOf(handshake));
    return {
      headers,
      check: (answer, line) => {
        const read = checkAnswer(answer, key, signature, HANDSHAKE, line);
        return this.sealOf(key, { opener: nonce, listener: read.nonce }, to, true);
      },
    };
  }

  admit(request: IncomingMessage): void {
    const digested = isStream(request) ? HANDSHAKE : CONTENT;
    const { key, read, digest } = this.check(request, digested);
    this.admissions.set(request, {
      checkContent: (content) => {
        if (!isSame(digest, digestOf(content))) throw unauthorized(`${digested}: not that of what was sent`);
      },
      sign: (status, text) => this.sign(key, read, status, CONTENT, digestOf(text)).headers,
      answer: (handshake) => {
        const { headers, nonce } = this.sign(key, read, 200, HANDSHAKE, digestOf(handshake));
        const from = request.socket.remoteAddress ?? 'unknown';
        return { headers, seal: this.sealOf(key, { opener: read.nonce, listener: nonce }, from, false) };
      },
    });
  }

  admitted(request: IncomingMessage): Admitted | undefined {
    return this.admissions.get(request);
  }

  /** RFC 9421 §2.2.3: in small letters, and without the port that is the scheme's. */
  private authorityOf(address: Address): string {
    return new URL(`${this.host.isEncrypted === true ? 'https' : 'http'}://${address}`).host;
  }

  private freshen(): void {
    this.keyring.freshen(monotonicMs());
  }

  private ask(method: string, to: Address, path: string, digested: Digested, digest: string) {
    this.freshen();
    const key = this.keyring.signing;
    const components = requestComponents(method, this.authorityOf(to), path, digested, digest);
    const parameters = { created: this.epochSeconds(), nonce: newNonce(), keyid: key.id };
    const fields = signatureFields(components, parameters, key.secret);
    const headers: OutgoingHttpHeaders = { [digested]: digest, ...fields };
    return { headers, key, signature: fields.signature.slice('gossip='.length), nonce: parameters.nonce };
  }

  /** @throws {BadRequest} */
  private check(request: IncomingMessage, digested: Digested) {
    const { method = '', headers, url = '' } = request;
    const { host = '', 'signature-input': input, signature } = headers;
    if (input === undefined && signature === undefined) {
      throw unauthorized('this network has a keyring: a request must be signed by one of its keys');
    }
    const identifiers = [...REQUEST_HEAD, `"${digested}"`];
    const read = readSignature(input, signature, identifiers);
    if (read === undefined) throw unauthorized(`signature: expected ${formOf(identifiers)}`);
    const key = this.find(read.keyid);
    if (key === undefined) throw unknownKey(read.keyid);
    const digest = String(headers[digested] ?? '');
    const authority = host.toLowerCase();
    const [path = ''] = url.split('?', 1);
    const components = requestComponents(method, authority, path, digested, digest);
    if (!isSignedBy(read, components, key.secret)) throw unauthorized('signature: it is wrong');
    this.checkPlace(method, authority);
    const refusal = this.window.take(read.nonce, read.created, this.epochSeconds());
    if (refusal !== undefined) throw unauthorized(refusal);
    return { key, read, digest };
  }

  /** What was signed for another node is not for this one. Who asks `/peers/` may still know it by another name. */
  private checkPlace(method: string, authority: string): void {
    const self = this.authorityOf(this.host.self());
    if (method === 'POST' && authority !== self) throw unauthorized(`@authority: this node is ${self}`);
  }

  /** A key that was not there a moment ago may be there now. */
  private find(id: string): ClusterKey | undefined {
    this.freshen();
    const found = this.keyring.find(id);
    if (found !== undefined) return found;
    this.keyring.freshen();
    return this.keyring.find(id);
  }

  private sign({ id, secret }: ClusterKey, asked: ReadSignature, status: number, digested: Digested, digest: string) {
    const nonce = newNonce();
    const components = answerComponents(status, digested, digest, `:${asked.signature}:`);
    const fields = signatureFields(components, { created: this.epochSeconds(), nonce, keyid: id }, secret);
    return { headers: { [digested]: digest, ...fields }, nonce };
  }

  /** @throws {BadRequest} when its key was removed while the link was being opened */
  private sealOf({ id, secret }: ClusterKey, nonces: LinkNonces, from: string, isOpener: boolean): LineSeal {
    if (this.find(id) === undefined) throw unknownKey(id);
    return new LineSeal(id, secret, nonces, isOpener, {
      used: () => this.freshen(),
      refused: () => this.host.refused?.(from, 'a line of a link is not the next one that was sealed'),
    });
  }
}

/** @throws {UnsignedAnswer} */
function checkAnswer(
  { statusCode = 0, headers }: IncomingMessage,
  { id, secret }: ClusterKey,
  asked: string,
  digested: Digested,
  content: string | Buffer,
): ReadSignature {
  const digest = digestOf(content);
  const components = answerComponents(statusCode, digested, digest, asked);
  const identifiers = components.map(([identifier]) => identifier);
  const read = readSignature(headers['signature-input'], headers.signature, identifiers);
  if (read?.keyid === id && isSignedBy(read, components, secret)) return read;
  const words = statusCode >= 400 ? wordsOf(content) : '';
  throw new UnsignedAnswer(`its answer is not signed by the key ${id} (HTTP ${statusCode}${words})`);
}

/** Anybody may have written them: in quotes, and not many. */
function wordsOf(content: string | Buffer): string {
  try {
    const { error } = JSON.parse(content.toString()) as { error?: unknown };
    return typeof error === 'string' ? `: ${JSON.stringify(error.slice(0, 120))}` : '';
  } catch {
    return '';
  }
}

function requestComponents(
  method: string,
  authority: string,
  path: string,
  digested: Digested,
  digest: string,
): Component[] {
  return [
    ['"@method"', method],
    ['"@authority"', authority],
    ['"@path"', path],
    [`"${digested}"`, digest],
  ];
}

function answerComponents(status: number, digested: Digested, digest: string, asked: string): Component[] {
  return [
    ['"@status"', String(status)],
    [`"${digested}"`, digest],
    [ASKED, asked],
  ];
}

function newNonce(): string {
  return randomBytes(16).toString('base64url');
}

function formOf(identifiers: readonly string[]): string {
  return `gossip=(${identifiers.join(' ')});created=…;nonce="…";keyid="…";alg="hmac-sha256"`;
}

function unknownKey(id: string): BadRequest {
  return unauthorized(`keyid: this node does not hold the key ${id}`);
}

/** It says what would be taken (RFC 9421 §5.1). */
function unauthorized(message: string): BadRequest {
  const form = `(${[...REQUEST_HEAD, `"${CONTENT}"`].join(' ')});created;nonce;keyid;alg="hmac-sha256"`;
  return new BadRequest(message, 401, { 'accept-signature': `gossip=${form}` });
}
