import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunEvent } from '../trace/trace-event.ts';
import { TraceMerge } from './trace-merge.ts';

test('is in the order of times, whole, and nothing comes before its time, however the nodes take turns', () => {
  const step = fc.record({ node: fc.nat(4), afterMs: fc.integer({ min: 1, max: 50 }), release: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const merged: RunEvent[] = [];
      const merge = new TraceMerge((event) => merged.push(event));
      const clocks = [0, 0.1, 0.2, 0.3, 0.4];
      for (const { node, afterMs, release } of steps) {
        const time = (clocks[node] ?? 0) + afterMs;
        clocks[node] = time;
        merge.add({ type: 'paused', time, node: `n:${node}` });
        if (release) merge.release(Math.min(...clocks));
        for (const event of merged) expect(event.time).toBeLessThanOrEqual(Math.max(...clocks));
      }
      merge.release(Infinity);
      const times = merged.map((event) => event.time);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times).toHaveLength(steps.length);
    }),
  );
});
