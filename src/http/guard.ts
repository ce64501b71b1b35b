/**
 * What a node with a keyring adds to its messages, and asks of those of others: `keyring-guard.ts`, which only such a node loads. A node
 * without one has no guard.
 */
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Address } from '../core/index.ts';

/** What has answered may be anybody: nothing of it is believed. */
export class UnsignedAnswer extends Error {}

/** The lines of one link, each sealed as the next one. */
export interface Seal {
  readonly keyId: string;
  seal(text: string): string;
  /** @returns `undefined` when this is not the next line that the other side has sealed */
  open(line: string): string | undefined;
}

export interface SignedRequest {
  readonly headers: OutgoingHttpHeaders;
  /** @throws {UnsignedAnswer} */
  check(answer: IncomingMessage, text: string): void;
}

export interface SignedOpening {
  readonly headers: OutgoingHttpHeaders;
  /** @throws {UnsignedAnswer} @returns the link's */
  check(answer: IncomingMessage, handshake: Buffer): Seal;
}

/** A request that one of our keys has signed. */
export interface Admitted {
  /** Its whole body; of one that opens a link the first line. @throws {BadRequest} 401 */
  readonly checkContent: (content: Buffer) => void;
  /** The headers that sign an answer. */
  readonly sign: (status: number, text: string) => OutgoingHttpHeaders;
  /** The headers that sign the answering handshake, and the link's seal. @throws {BadRequest} 401 */
  readonly answer: (handshake: string) => { readonly headers: OutgoingHttpHeaders; readonly seal: Seal };
}

export interface Guard {
  /** Of the keys that this node holds; the first signs. */
  readonly keyIds: readonly string[];
  /** Signs a request of this node's. */
  request(method: string, to: Address, path: string, body: string): SignedRequest;
  /** Signs the opening of a link. */
  opening(to: Address, handshake: string): SignedOpening;
  /** Lets in a request that one of our keys has signed, once. @throws {BadRequest} 401: nothing was changed by it */
  admit(request: IncomingMessage): void;
  /** What was let in. */
  admitted(request: IncomingMessage): Admitted | undefined;
}
