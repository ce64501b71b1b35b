import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kmBetween, type Coordinates } from './great-circle.ts';

const place = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

function haversineKm(a: Coordinates, b: Coordinates): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const north = Math.sin(radians(b.latitude - a.latitude) / 2) ** 2;
  const east = Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  const part = north + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * east;
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(part)));
}

test('a distance is that of the haversine formula, to the metre', () => {
  fc.assert(fc.property(place, place, (a, b) => Math.abs(kmBetween(a, b) - haversineKm(a, b)) < 0.001));
});

test('a distance is the same both ways, none to itself, and half of the girth at most', () => {
  fc.assert(
    fc.property(place, place, (a, b) => {
      expect(kmBetween(a, b)).toBe(kmBetween(b, a));
      expect(kmBetween(a, a)).toBe(0);
      expect(kmBetween(a, b)).toBeLessThan(20_016);
    }),
  );
});
