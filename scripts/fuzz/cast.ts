/** Who is spoken of: everybody that an input may name. Which ports they have differs from run to run, and changes no draw. */
import { MAX_ADDRESS_LENGTH, type Address } from '../../src/core/index.ts';
import type { Draws } from './draws.ts';
import type { Tree } from './tree.ts';

export interface Cast {
  readonly target: Address;
  /** Nodes beside it that mean well. */
  readonly honest: readonly Address[];
  /** Where the fuzzer listens itself. */
  readonly accomplices: readonly Address[];
  readonly cluster: string;
}

/**
 * Origins that are made up. No more than these, so that a table reaches its size before memory is measured: a node without
 * identities believes in whoever it is told of, up to its bounds.
 */
export const STRANGERS: readonly Address[] = Array.from({ length: 128 }, (_, i) => `127.66.0.${i + 1}:9`);

/** Addresses that are allowed and odd, or not allowed, or that lead elsewhere: to no place of this machine's, or to its cloud's. */
const ODD: readonly Tree[] = [
  ...['localhost:9', '[::1]:9', '[::ffff:127.0.0.1]:9', '127.1:9', '0.0.0.0:9', '[::]:9', '255.255.255.255:65535'],
  ...[
    '169.254.169.254:80',
    '10.0.0.1:80',
    '[fd00::1]:80',
    '2130706433:80',
    '0x7f.1:9',
    'fuzz.invalid:9',
    'A.INVALID:9',
  ],
  ...[`${'a'.repeat(MAX_ADDRESS_LENGTH - 2)}:9`, `${'a'.repeat(MAX_ADDRESS_LENGTH - 1)}:9`, 'a..b:9', 'a-:9', '-a:9'],
  ...['127.0.0.1:0', '127.0.0.1:65535', '127.0.0.1:65536', '127.0.0.1:09', '127.0.0.1', ':9', '', 'a@b:9', 'a/b:9'],
  ...[
    '__proto__:9',
    'constructor:9',
    'a\u0000:9',
    'a\n:9',
    '127.0.0.1:9\r\nx: y',
    '\u001b[2J:9',
    'é:9',
    '[::1',
    '[::1]9',
  ],
  ...[9, '9', 0, -1, 65_535, 65_536, 1e9, 9.5, '0009', '9 ', ' 9'],
];

export function anyAddress(draws: Draws, cast: Cast): Tree {
  const kind = draws.below(100);
  if (kind < 70) return draws.pick(STRANGERS);
  if (kind < 78) return draws.pick(cast.honest);
  if (kind < 84) return cast.target;
  return kind < 92 ? draws.pick(cast.accomplices) : draws.pick(ODD);
}

/**
 * Of whom a rumor tells. Never of a node that means well, nor of the target: whoever reaches an open node may speak for any origin,
 * and it cannot know better. What it can know is in `forgeries.ts`.
 */
export function madeUpOrigin(draws: Draws, cast: Cast): Tree {
  const kind = draws.below(100);
  if (kind < 85) return draws.pick(STRANGERS);
  return kind < 92 ? draws.pick(cast.accomplices) : draws.pick(ODD);
}
