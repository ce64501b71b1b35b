import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeLabels } from './point-labels.ts';

const ROOM = { left: 0, right: 600, top: 0, bottom: 400 };

describe('names beside points', () => {
  test('stand at the right where nothing is in the way', () => {
    const [label] = placeLabels([{ x: 300, y: 200, names: ['1 flood', '1'] }], [{ x: 300, y: 200 }], ROOM);
    expect(label).toMatchObject({ text: '1 flood', dy: 0, anchor: 'start' });
  });

  test('move to the left at the right edge, and become short where the whole name has no room', () => {
    const point = { x: 590, y: 200, names: ['1 random (fanout 4)', '1'] };
    expect(placeLabels([point], [point], ROOM)[0]).toMatchObject({ text: point.names[0], anchor: 'end' });
    const narrow = { ...ROOM, left: 500 };
    expect(placeLabels([point], [point], narrow)[0]?.text).toBe('1');
    expect(placeLabels([point], [point], { ...ROOM, left: 588 })[0]?.text).toBe('');
  });

  test('never cover each other, whatever the points', () => {
    const place = fc.record({ x: fc.integer({ min: 0, max: 600 }), y: fc.integer({ min: 0, max: 400 }) });
    fc.assert(
      fc.property(fc.array(place, { maxLength: 12 }), (places) => {
        const points = places.map((each, i) => ({ ...each, names: [`${i + 1} a setting`, String(i + 1)] }));
        const boxes = placeLabels(points, places, ROOM).flatMap(({ text, dx, dy, anchor }, i) => {
          if (text === '') return [];
          const width = text.length * 6;
          const left = places[i]!.x + dx - (anchor === 'start' ? 0 : anchor === 'end' ? width : width / 2);
          return [{ left, right: left + width, y: places[i]!.y + dy }];
        });
        for (const [i, a] of boxes.entries()) {
          for (const b of boxes.slice(i + 1)) {
            expect(Math.abs(a.y - b.y) >= 11 || a.right <= b.left || b.right <= a.left).toBe(true);
          }
        }
      }),
    );
  });
});
