import type { IncomingMessage } from 'node:http';
import type { Address, Rumor } from '../core/index.ts';
import type { Guard } from './guard.ts';
import type { TransportHost } from './transport.ts';
import type { Wire } from './wire.ts';

/** What the sender needs: the node, and what is HTTP's own. */
export interface SenderHost extends Pick<
  TransportHost,
  'cluster' | 'isPeer' | 'sent' | 'unsendable' | 'unreachable' | 'named' | 'opened' | 'closed' | 'warn'
> {
  readonly self: Address;
  readonly wire: Wire;
  /** Where the network has a keyring. */
  readonly guard?: Guard | undefined;
  /** Largest body or line a peer is sent, and largest body it may answer with. */
  readonly maxBodyBytes: number;
  /** @throws BadRequest unless whoever sends this may speak for that address */
  checkSpeaker(request: IncomingMessage, from: Address): void;
  /** A peer's answer brought these, unchecked. */
  received(from: Address, messages: readonly unknown[]): void;
  /** Lines of a stream, unchecked. @param isProven its other side has shown that it reads its address */
  heard(from: Address, lines: readonly string[], isProven: boolean): void;
  /** The records that guests are told; without it this node has no guests. */
  readonly table?: (() => readonly Rumor[]) | undefined;
}
