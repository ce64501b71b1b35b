import { describe, expect, test } from 'vitest';
import { complaintAboutPlace, delaysBetween } from './places.ts';
import { parseScenario } from './scenario-file.ts';

describe('the delay between two places', () => {
  test('is half a round trip of 4 ms and one for each 75 km of the great circle', () => {
    // 5,570 km from London to New York, 16,990 to Sydney: round trips of 78 and 231 ms.
    expect(delaysBetween(['London', 'New York'])[0]).toEqual([2, 39]);
    expect(delaysBetween(['London', 'Sydney'])[0]?.[1]).toBe(115);
  });

  test('is the same both ways, and the least within a region', () => {
    const delays = delaysBetween(['Tokyo', 'Sao Paulo', 'Nairobi']);
    for (const [from, row] of delays.entries()) {
      for (const [to, ms] of row.entries()) expect(ms).toBe(from === to ? 2 : delays[to]?.[from]);
    }
  });

  test('of two ends of the Earth is half of its girth, and of one point at two longitudes none', () => {
    const [pole, other] = [
      { latitude: 90, longitude: 0 },
      { latitude: -90, longitude: 120 },
    ];
    expect(delaysBetween([pole, other])[0]).toEqual([2, Math.round((4 + (Math.PI * 6371) / 75) / 2)]);
    expect(delaysBetween([pole, { latitude: 90, longitude: 77 }])[0]).toEqual([2, 2]);
    expect(delaysBetween(['Tokyo', { latitude: 35.68, longitude: 139.69 }])[0]).toEqual([2, 2]);
    const [west, east] = [
      { latitude: 0, longitude: -180 },
      { latitude: 0, longitude: 180 },
    ];
    expect(delaysBetween([west, east])[0]).toEqual([2, 2]);
  });

  test('is known of cities by name, and the one that was meant is named', () => {
    expect(complaintAboutPlace('Sydney')).toBeUndefined();
    expect(complaintAboutPlace('sydny')).toBe('there is no such place; did you mean Sydney?');
    expect(complaintAboutPlace('Atlantis')).toMatch(
      /^there is no such place; there is Amsterdam, .*latitude and longitude$/,
    );
  });
});

describe('regions of a scenario', () => {
  const delayOf = (delay: object) => parseScenario({ network: { delay: { kind: 'regions', ...delay } } }).network.delay;

  test('that are places have the delays between them', () => {
    const places = ['London', { name: 'The office', latitude: 40.71, longitude: -74.01 }];
    expect(delayOf({ places })).toEqual({ kind: 'regions', matrixMs: [[2, 39], [39, 2]], jitterMs: 0 }); // prettier-ignore
  });

  test('are given one way, or the other', () => {
    expect(() => delayOf({})).toThrow('network.delay: expected matrixMs or places, got neither');
    expect(() => delayOf({ matrixMs: [[1]], places: ['London'] })).toThrow(
      'network.delay: expected matrixMs or places, got both',
    );
  });

  test.each([
    [[], 'network.delay.places: expected a list of 1 to 64 entries, got 0'],
    [Array(65).fill('London'), 'network.delay.places: expected a list of 1 to 64 entries, got 65'],
    [['Lodnon'], 'network.delay.places[0]: there is no such place; did you mean London?'],
    [[{ latitude: 91, longitude: 0 }], 'network.delay.places[0].latitude: expected a number from -90 to 90, got 91'],
    [
      [{ latitude: 1, longitude: 181 }],
      'network.delay.places[0].longitude: expected a number from -180 to 180, got 181',
    ],
    [[{ latitude: 1 }], 'network.delay.places[0].longitude: expected a number from -180 to 180, got nothing'],
    [[7], 'network.delay.places[0]: expected a text of 1 to 100 characters or {"latitude", "longitude": …}, got 7'],
  ])('%j are refused', (places, complaint) => {
    expect(() => delayOf({ places })).toThrow(complaint);
  });
});
