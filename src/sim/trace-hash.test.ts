import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TraceHash } from './trace-hash.ts';

const hashOf = (...events: readonly object[]): string => {
  const hash = new TraceHash();
  for (const event of events) hash.add(1, 'n0:7000', event);
  return hash.toString();
};

describe('the hash of a trace', () => {
  test.each([
    [{}, '2889aefb2fcecd51'],
    [{ type: 'started' }, '6c21d070ba6a1abc'],
    [{ type: 'published', version: 2 ** 40, payload: { book: 'Emma' } }, 'dfcfe9540b9bc092'],
  ])('of %j is the same on every platform', (event, expected) => {
    expect(hashOf(event)).toBe(expected);
  });

  test('differs where anything does: a value, a name, the order, the time, the node', () => {
    const event = fc.dictionary(
      fc.string(),
      fc.oneof(fc.integer(), fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 3 }), fc.array(event, { maxLength: 3 }), (a, b) => {
        const isSame = JSON.stringify(a) === JSON.stringify(b);
        expect(hashOf(...a) === hashOf(...b)).toBe(isSame);
      }),
    );
    const [one, another] = [new TraceHash(), new TraceHash()];
    one.add(1, 'n0:7000', {});
    another.add(2 ** 31 + 1, 'n0:7000', {});
    expect(one.toString()).not.toBe(another.toString());
  });

  test('of two differences that undo each other in the highest bit is another', () => {
    const at = (...times: readonly number[]) => {
      const hash = new TraceHash();
      for (const time of times) hash.add(time, 'n0:7000', {});
      return hash.toString();
    };
    expect(at(0, 0)).not.toBe(at(2 ** 31, 2 ** 31));
  });

  test('leaves out what is undefined, as its line does, and its own time and node', () => {
    const hash = new TraceHash();
    hash.addEvent({ time: 1, node: 'n0:7000', type: 'started' });
    expect(hash.toString()).toBe(hashOf({ type: 'started', bytes: undefined }));
  });
});
