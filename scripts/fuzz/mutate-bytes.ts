/** What becomes of traffic that was sent in earnest when its bytes are changed without knowing what they mean. */
import type { Draws } from './draws.ts';

const ODD_BYTES = [
  0x00, 0x0a, 0x0d, 0x1b, 0x22, 0x2c, 0x3a, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xc0, 0xed, 0xff,
];

/** @param other another piece of the traffic, to splice with */
export function mutate(bytes: Buffer, other: Buffer, draws: Draws): Buffer {
  let mutated = bytes;
  for (let times = draws.pick([1, 1, 1, 2, 3, 8]); times > 0; times--) mutated = once(mutated, other, draws);
  return mutated;
}

function once(bytes: Buffer, other: Buffer, draws: Draws): Buffer {
  const at = draws.below(bytes.length + 1);
  const length = draws.below(Math.min(bytes.length - at, 40) + 1);
  const [before, part, after] = [bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at + length)];
  switch (draws.below(9)) {
    case 0:
      return changed(bytes, at, (byte) => byte ^ (1 << draws.below(8)));
    case 1:
      return changed(bytes, at, () => draws.below(256));
    case 2:
      return Buffer.concat([before, Buffer.from([draws.pick(ODD_BYTES)]), part, after]);
    case 3:
      return before;
    case 4:
      return Buffer.concat([before, after]);
    case 5:
      return Buffer.concat([before, part, part, after]);
    case 6:
      return Buffer.concat([before, other.subarray(draws.below(other.length + 1))]);
    case 7:
      // A digit more or less is another number.
      return Buffer.concat([before, Buffer.from(draws.pick(['9', '-', '.', 'e9', '0'])), part, after]);
    default:
      return Buffer.concat([after, part, before]);
  }
}

function changed(bytes: Buffer, at: number, change: (byte: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  if (at < copy.length) copy[at] = change(copy[at] as number);
  return copy;
}
