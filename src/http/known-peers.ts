/**
 * What a node remembers of others so that links can stream: the token each gave, and when a stream to it is worth a try.
 *
 * A token is what one side sends to the other's own address and to nowhere else. Whoever shows it again when it opens a
 * stream has read what was sent to that address, and so may be told what is meant for it (the "return routability" of
 * RFC 9000 §8.1). No token has to be kept to be known again: each is made from the address and a secret of this process.
 */
import type { Address } from '../core/index.ts';

/** Peers, and those that were and may be again. The least recently met is forgotten: it gives another token. */
const MAX_KNOWN = 512;
/** Until a peer that did not take a stream, or broke one off at once, is offered another. It doubles each time. Guesses. */
const RETRY_MS = 1000;
const RETRY_MAX_MS = 300_000;
/** A stream that lasted so long has worked. A guess: proxies that end idle ones do so later. */
const WORKED_MS = 5000;
const TOKEN_LENGTH = 16;

interface Known {
  token: string | undefined;
  failures: number;
  retryAt: number;
}

export class KnownPeers {
  private secret: Buffer | undefined;
  private readonly known = new Map<Address, Known>();

  /** What this node gives to that address. */
  tokenFor(address: Address): string {
    // Loaded with the first link: it is 2 ms of CPU at a node's start.
    const { createHmac, randomBytes } = process.getBuiltinModule('node:crypto');
    this.secret ??= randomBytes(32);
    return createHmac('sha256', this.secret).update(address).digest('base64url').slice(0, TOKEN_LENGTH);
  }

  /** The fields of an envelope to that address: what this node gives to it, and has got of it. */
  tokensWith(address: Address): string {
    const proof = this.tokenOf(address);
    const tokens = { token: this.tokenFor(address), ...(proof === undefined ? {} : { proof }) };
    return JSON.stringify(tokens).slice(1, -1);
  }

  /** Is this what this node gives to that address? */
  isProof(address: Address, proof: string): boolean {
    const { timingSafeEqual } = process.getBuiltinModule('node:crypto');
    const [given, token] = [Buffer.from(proof), Buffer.from(this.tokenFor(address))];
    return given.length === token.length && timingSafeEqual(given, token);
  }

  /** What it has given to this one. */
  tokenOf(peer: Address): string | undefined {
    return this.known.get(peer)?.token;
  }

  /** It gave this; another than before shows that it is another process. */
  learn(peer: Address, token: string): void {
    const known = this.note(peer);
    if (known.token === token) return;
    known.token = token;
    known.retryAt = 0;
  }

  /** Can a stream to it be opened now? */
  mayStream(peer: Address, now: number): boolean {
    const known = this.known.get(peer);
    return known?.token !== undefined && now >= known.retryAt;
  }

  /** A stream to it came to nothing, or has ended. */
  streamEnded(peer: Address, now: number, lastedMs: number): void {
    const known = this.note(peer);
    known.failures = lastedMs >= WORKED_MS ? 0 : Math.min(known.failures + 1, 20);
    if (known.failures > 0) known.retryAt = now + Math.min(RETRY_MS * 2 ** (known.failures - 1), RETRY_MAX_MS);
  }

  get size(): number {
    return this.known.size;
  }

  private note(peer: Address): Known {
    const known = this.known.get(peer) ?? { token: undefined, failures: 0, retryAt: 0 };
    this.known.delete(peer);
    this.known.set(peer, known);
    if (this.known.size > MAX_KNOWN) this.known.delete(this.known.keys().next().value as Address);
    return known;
  }
}
