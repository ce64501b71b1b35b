/**
 * How far regions of the world are from each other, and what that takes: a round trip of 4 ms, and one more for each 75 km of
 * the great circle. Light in a fibre goes 100 km and back in a millisecond, and cables go a third further than birds.
 */
import type { Millis } from '../core/index.ts';
import { kmBetween, type Coordinates } from './great-circle.ts';
import { nearestName } from './nearest-name.ts';

/** Cities near large data centres: latitude, longitude. */
const PLACES: ReadonlyMap<string, readonly [latitude: number, longitude: number]> = new Map([
  ['Amsterdam', [52.37, 4.9]],
  ['Bahrain', [26.22, 50.58]],
  ['Cape Town', [-33.92, 18.42]],
  ['Chicago', [41.88, -87.63]],
  ['Dallas', [32.78, -96.8]],
  ['Dublin', [53.35, -6.26]],
  ['Frankfurt', [50.11, 8.68]],
  ['Hong Kong', [22.32, 114.17]],
  ['Jakarta', [-6.21, 106.85]],
  ['Johannesburg', [-26.2, 28.05]],
  ['Lagos', [6.52, 3.38]],
  ['London', [51.51, -0.13]],
  ['Los Angeles', [34.05, -118.24]],
  ['Madrid', [40.42, -3.7]],
  ['Melbourne', [-37.81, 144.96]],
  ['Mexico City', [19.43, -99.13]],
  ['Milan', [45.46, 9.19]],
  ['Montreal', [45.5, -73.57]],
  ['Mumbai', [19.08, 72.88]],
  ['Nairobi', [-1.29, 36.82]],
  ['New York', [40.71, -74.01]],
  ['Osaka', [34.69, 135.5]],
  ['Paris', [48.86, 2.35]],
  ['San Francisco', [37.77, -122.42]],
  ['Santiago', [-33.45, -70.67]],
  ['Sao Paulo', [-23.55, -46.63]],
  ['Seoul', [37.57, 126.98]],
  ['Singapore', [1.35, 103.82]],
  ['Stockholm', [59.33, 18.07]],
  ['Sydney', [-33.87, 151.21]],
  ['Tel Aviv', [32.09, 34.78]],
  ['Tokyo', [35.68, 139.69]],
  ['Virginia', [39.04, -77.49]],
  ['Warsaw', [52.23, 21.01]],
  ['Zurich', [47.38, 8.54]],
]);

const LEAST_ROUND_TRIP_MS = 4;
const KM_PER_ROUND_TRIP_MS = 75;

/** @returns why there is no such place; `undefined`: there is */
export function complaintAboutPlace(name: string): string | undefined {
  if (PLACES.has(name)) return undefined;
  const nearest = nearestName(name, [...PLACES.keys()]);
  if (nearest !== undefined) return `there is no such place; did you mean ${nearest}?`;
  return `there is no such place; there is ${[...PLACES.keys()].join(', ')}; or give its latitude and longitude`;
}

/**
 * One way, between each two and within each, in whole milliseconds, as the simulator's clock has them.
 *
 * @throws RangeError for a name that is none
 */
export function delaysBetween(places: readonly (string | Coordinates)[]): Millis[][] {
  const all = places.map(coordinatesOf);
  return all.map((from) => all.map((to) => Math.round(roundTripMs(kmBetween(from, to)) / 2)));
}

function roundTripMs(km: number): number {
  return LEAST_ROUND_TRIP_MS + km / KM_PER_ROUND_TRIP_MS;
}

function coordinatesOf(place: string | Coordinates): Coordinates {
  if (typeof place !== 'string') return place;
  const found = PLACES.get(place);
  if (found === undefined) throw new RangeError(`there is no place ${JSON.stringify(place)}`);
  const [latitude, longitude] = found;
  return { latitude, longitude };
}
