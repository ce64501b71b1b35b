import type { Random } from './random.ts';

const DIGITS = '0123456789abcdef';
const [DASH, SEVEN] = [45, 55];

/**
 * UUID version 7 (RFC 9562): 48 bits of time in milliseconds, then 74 random bits.
 * Both come from the caller, so a seeded run yields the same uuids every time.
 */
export function uuidV7(epochMs: number, random: Random): string {
  const time = Math.max(0, Math.floor(epochMs)).toString(16).padStart(12, '0').slice(-12);
  const randA = hex(random.below(0x1000), 3);
  const variantAndRandB = hex(0x8000 | random.below(0x4000), 4);
  const randB = hex(random.below(0x1000000), 6) + hex(random.below(0x1000000), 6);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randA}-${variantAndRandB}-${randB}`;
}

/** When a version 7 uuid was made, by its maker's clock; 0, long ago, for any other. */
export function timeOfUuid(uuid: string): number {
  if (uuid.charCodeAt(14) !== SEVEN || uuid.charCodeAt(8) !== DASH || uuid.charCodeAt(13) !== DASH) return 0;
  let time = 0;
  for (let i = 0; i < 13; i++) {
    if (i === 8) continue;
    const digit = DIGITS.indexOf(uuid[i]!);
    if (digit < 0) return 0;
    time = 16 * time + digit;
  }
  return time;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
