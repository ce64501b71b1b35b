import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LABEL_HEIGHT, placeLabels, type LabelRequest } from './place-labels.ts';

const [WIDTH, HEIGHT] = [400, 300];
const request = fc.record({
  x: fc.double({ min: 0, max: WIDTH, noNaN: true }),
  y: fc.double({ min: 0, max: HEIGHT, noNaN: true }),
  radius: fc.double({ min: 2, max: 12, noNaN: true }),
  width: fc.integer({ min: 8, max: 120 }),
  angle: fc.option(fc.double({ min: 0, max: 6.28, noNaN: true }), { nil: undefined }),
});

describe('labels', () => {
  test('collide neither with each other nor with a node, and none is clipped', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 40 }), (drawn) => {
        const wishes = drawn.map(({ angle, ...rest }, number): LabelRequest => {
          const outward = angle === undefined ? {} : { outward: { x: Math.sin(angle), y: -Math.cos(angle) } };
          return { number, text: `n${number}`, ...rest, ...outward };
        });
        const boxes = placeLabels(wishes, wishes, WIDTH, HEIGHT).map(({ number, x, y }) => {
          const { width } = wishes[number]!;
          return { left: x, right: x + width, top: y - LABEL_HEIGHT / 2, bottom: y + LABEL_HEIGHT / 2 };
        });
        for (const [i, a] of boxes.entries()) {
          expect(Math.min(a.left, a.top, WIDTH - a.right, HEIGHT - a.bottom)).toBeGreaterThan(0);
          for (const { x, y } of wishes) {
            expect(x > a.left && x < a.right && y > a.top && y < a.bottom).toBe(false);
          }
          for (const b of boxes.slice(i + 1)) {
            expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false);
          }
        }
      }),
    );
  });

  test('on a ring of forty are all there', () => {
    const wishes = Array.from({ length: 40 }, (_, number): LabelRequest => {
      const angle = (number / 40) * 2 * Math.PI;
      const outward = { x: Math.sin(angle), y: -Math.cos(angle) };
      const place = { x: 300 + 240 * outward.x, y: 250 + 200 * outward.y };
      return { number, text: `n${number}`, width: 22, radius: 9, ...place, outward };
    });
    expect(placeLabels(wishes, wishes, 600, 500)).toHaveLength(40);
  });
});
