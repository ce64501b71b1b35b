import type { IncomingMessage } from 'node:http';
import type { Address, Message, Rumor } from '../core/index.ts';
import type { Wire } from './wire.ts';

/** What the sender needs of its node. */
export interface SenderHost {
  readonly self: Address;
  /** The name of its network. */
  readonly cluster: string;
  readonly wire: Wire;
  /** Largest body or line a peer is sent, and largest body it may answer with. */
  readonly maxBodyBytes: number;
  isPeer(address: Address): boolean;
  /** @throws BadRequest unless whoever sends this may speak for that address */
  checkSpeaker(request: IncomingMessage, from: Address): void;
  /** A peer's answer brought these, unchecked. */
  received(from: Address, messages: readonly unknown[]): void;
  /** Lines of a stream, unchecked. @param isProven its other side has shown that it reads its address */
  heard(from: Address, lines: readonly string[], isProven: boolean): void;
  sent(to: Address, message: Message): void;
  /** Larger than any request: thrown away. */
  unsendable(to: Address, message: Message, bytes: number): void;
  /** @param refused nobody of ours listens there: its machine says so, or somebody else answers */
  unreachable(peer: Address, reason: string, refused: boolean): void;
  /** The node that answers at this contact's address calls itself by another. */
  named(contact: Address, self: Address): void;
  opened(peer: Address, openedBy: Address): void;
  closed(peer: Address, reason: string): void;
  warn(text: string): void;
  /** The records that guests are told; without it this node has no guests. */
  readonly table?: (() => readonly Rumor[]) | undefined;
}
