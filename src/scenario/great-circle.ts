/**
 * The shortest way over the Earth, taken for a ball. Engines may differ in the last bit of a sine, and one bit makes another
 * trace; so all is made here of +, −, ×, ÷ and `Math.sqrt` alone (`distributions.ts` says why).
 */

/** In degrees: north and east are positive. */
export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
}

const EARTH_RADIUS_KM = 6371;
/** Terms after which the series have nothing to add to a double, up to half a turn. */
const TERMS = 16;
/** After so many an angle is small enough for three terms. */
const HALVINGS = 10;

/** Twice the arcsine of half the chord. */
export function kmBetween(a: Coordinates, b: Coordinates): number {
  const [from, to] = [onUnitBall(a), onUnitBall(b)];
  const [x, y, z] = [from.x - to.x, from.y - to.y, from.z - to.z];
  return 2 * EARTH_RADIUS_KM * arcsine(Math.min(1, Math.sqrt(x * x + y * y + z * z) / 2));
}

function onUnitBall({ latitude, longitude }: Coordinates): { x: number; y: number; z: number } {
  const [north, east] = [radians(latitude), radians(longitude)];
  return { x: cosine(north) * cosine(east), y: cosine(north) * sine(east), z: sine(north) };
}

function sine(angle: number): number {
  const square = angle * angle;
  let sum = 1;
  for (let i = TERMS; i > 0; i--) sum = 1 - (square * sum) / (2 * i * (2 * i + 1));
  return angle * sum;
}

function cosine(angle: number): number {
  const square = angle * angle;
  let sum = 1;
  for (let i = TERMS; i > 0; i--) sum = 1 - (square * sum) / ((2 * i - 1) * 2 * i);
  return sum;
}

/** Of 0 to 1: the sine of half an angle follows from that of the whole. */
function arcsine(whole: number): number {
  let part = whole;
  for (let i = 0; i < HALVINGS; i++) part /= Math.sqrt(2 * (1 + Math.sqrt(1 - part * part)));
  const square = part * part;
  return 2 ** HALVINGS * part * (1 + square * (1 / 6 + (square * 3) / 40));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
