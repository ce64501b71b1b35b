/**
 * Draws that are not uniform. Engines may differ in the last bit of `Math.exp` and `Math.log`, and one bit makes another
 * trace; so both are made here of +, −, × and ÷ alone, which IEEE 754 leaves no choice about, and of `Math.sqrt`, which
 * ECMAScript lets nobody get wrong in practice: it is one machine instruction everywhere.
 */
/** What draws are made of. */
export interface Parts {
  /** In `[0, 1)`. */
  part(): number;
}

const LN_2 = 0.6931471805599453;
const SQRT_2 = 1.4142135623730951;
/** Terms after which the series have nothing to add to a double. */
const EXP_TERMS = 14;
const LN_TERMS = 11;

/**
 * e^x, to a part in 10^14 of `Math.exp` where |x| ≤ 40: x = k ln 2 + r with |r| ≤ ln 2 / 2, Taylor's series for e^r, then k
 * doublings.
 */
export function exponential(x: number): number {
  const doublings = Math.round(x / LN_2);
  const rest = x - doublings * LN_2;
  let power = 1;
  for (let i = EXP_TERMS; i > 0; i--) power = 1 + (rest * power) / i;
  for (let i = 0; i < doublings; i++) power *= 2;
  for (let i = 0; i > doublings; i--) power /= 2;
  return power;
}

/**
 * ln x for finite x > 0, to a part in 10^14 of `Math.log` (or 10^-15 near 1): x = m 2^k with m between √½ and √2, then
 * ln m = 2 artanh((m − 1) / (m + 1)) by its series.
 */
export function naturalLogarithm(x: number): number {
  let mantissa = x;
  let halvings = 0;
  for (; mantissa > SQRT_2; halvings++) mantissa /= 2;
  for (; mantissa < SQRT_2 / 2; halvings--) mantissa *= 2;
  const ratio = (mantissa - 1) / (mantissa + 1);
  const square = ratio * ratio;
  let sum = 0;
  for (let i = LN_TERMS; i >= 0; i--) sum = sum * square + 1 / (2 * i + 1);
  return 2 * ratio * sum + halvings * LN_2;
}

/** Standard normal, by Marsaglia's polar method (1964). Its second value is thrown away: there is no state to keep. */
export function drawNormal(random: Parts): number {
  for (;;) {
    const x = 2 * random.part() - 1;
    const y = 2 * random.part() - 1;
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * naturalLogarithm(square)) / square);
  }
}

/** Time until the next of events that come at random, on average every `meanMs`. */
export function drawExponential(random: Parts, meanMs: number): number {
  return -naturalLogarithm(1 - random.part()) * meanMs;
}
