/** A run is made of blocks: all that is in one is drawn from the seed and the block's number, and from nothing else. */
import type { Cast } from './cast.ts';
import { Draws } from './draws.ts';
import type { Input, RawInput } from './input.ts';
import { handshakeInput, lineInput } from './lines.ts';
import { bytesOf, plainHandshake } from './messages.ts';
import { rawInput } from './raw-requests.ts';
import { requestInput } from './requests.ts';

export const BLOCK_SIZE = 32;

/** How the inputs of a block reach the target. All of them go over sockets. */
export type Block =
  /** One after the other on a connection that stays. */
  | { readonly by: 'requests'; readonly inputs: readonly Input[] }
  /** First lines, each of a stream of its own. */
  | { readonly by: 'handshakes'; readonly inputs: readonly Input[] }
  /** On a stream that shows no token. */
  | { readonly by: 'lines'; readonly handshake: Buffer; readonly inputs: readonly Input[] }
  /** On a stream of one that the target has taken for its peer. */
  | { readonly by: 'peer lines'; readonly peer: number; readonly inputs: readonly Input[] }
  /** Each on a socket of its own. */
  | { readonly by: 'sockets'; readonly inputs: readonly RawInput[] };

const WAYS: readonly (readonly [weight: number, by: Block['by']])[] = [
  [29, 'requests'],
  [45, 'lines'],
  [14, 'peer lines'],
  [9, 'sockets'],
  [3, 'handshakes'],
];

export function blockOf(seed: number, number: number, cast: Cast): Block {
  const draws = new Draws(seed, number);
  const by = draws.weighted(WAYS);
  const all = <T>(make: (draws: Draws, cast: Cast) => T): T[] =>
    Array.from({ length: BLOCK_SIZE }, () => make(draws, cast));
  switch (by) {
    case 'requests':
      return { by, inputs: all(requestInput) };
    case 'handshakes':
      return { by, inputs: all(handshakeInput) };
    case 'lines':
      return { by, handshake: bytesOf(plainHandshake(draws, cast)), inputs: all(lineInput) };
    case 'peer lines':
      return { by, peer: draws.below(cast.accomplices.length), inputs: all(lineInput) };
    case 'sockets':
      return { by, inputs: all(rawInput) };
  }
}
