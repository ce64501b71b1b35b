/** Student's t distribution for whole degrees of freedom. */

/** Beyond this many degrees of freedom the expansion is exact to ten digits, and cheaper. */
const MANY = 1000;

/**
 * P(−t ≤ T ≤ t), by the finite series of Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.3 and
 * 26.7.4.
 */
export function studentWithin(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = 0;
  for (let k = isOdd ? 1 : 0; k <= degrees - 2; k += 2) {
    sum += term;
    term *= (cosine * cosine * (k + 1)) / (k + 2);
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}

/**
 * The t that T stays below with this chance.
 *
 * @param chance from 0.5 to below 1
 * @param degrees whole, from 1
 */
export function studentQuantile(chance: number, degrees: number): number {
  if (degrees > MANY) return studentOfMany(studentQuantile(chance, MANY), degrees);
  const within = 2 * chance - 1;
  let high = 1;
  while (studentWithin(high, degrees) < within) high *= 2;
  let low = 0;
  for (let i = 0; i < 200 && high - low > 1e-13 * high; i++) {
    const middle = (low + high) / 2;
    if (studentWithin(middle, degrees) < within) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The first term of Fisher's expansion (26.7.5), t ≈ z + (z³ + z)/4ν, taken from one number of degrees to another. */
function studentOfMany(t: number, degrees: number): number {
  const slope = (t ** 3 + t) / 4;
  return t - slope / MANY + slope / degrees;
}
