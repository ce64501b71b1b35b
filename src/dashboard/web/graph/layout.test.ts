import { describe, expect, test } from 'vitest';
import { NetworkState } from '../../model/network-state.ts';
import { Layout } from './layout.ts';
import { laidOut, type LayoutTask } from './layout-worker.ts';

/** Answers at once, as the worker does later. */
class Worked {
  private listener: ((event: { data: Float64Array }) => void) | undefined;
  static count = 0;

  addEventListener(type: string, listener: (event: { data: Float64Array }) => void): void {
    if (type === 'message') this.listener = listener;
  }

  postMessage(task: LayoutTask): void {
    Worked.count++;
    this.listener?.({ data: laidOut(task) });
  }

  terminate(): void {}
}

function ringOf(count: number): NetworkState {
  const state = new NetworkState();
  for (let i = 0; i < count; i++) state.apply({ type: 'started', node: `n${i}:7000`, time: i });
  for (let i = 0; i < count; i++) link(state, i, (i + 1) % count);
  return state;
}

function link(state: NetworkState, from: number, to: number): void {
  state.apply({ type: 'peerUp', node: `n${from}:7000`, peer: `n${to}:7000`, time: 1_000 });
}

function placesOf(layout: Layout, count: number): { x: number; y: number }[] {
  return Array.from({ length: count }, (_, number) => ({ ...layout.positionOf(number)! }));
}

function settle(layout: Layout): void {
  while (layout.step(16, true));
}

const expected = (count: number): string[] => Array.from({ length: count }, (_, i) => `n${i}:7000`);
const make = (): Layout => new Layout(() => new Worked() as unknown as Worker);

describe('the layout', () => {
  test('puts up to forty on a ring, in the order of their addresses, and a link moves nothing', () => {
    const layout = make();
    const state = ringOf(12);
    layout.follow(state, [], 0);
    settle(layout);
    expect(layout.isRing).toBe(true);
    const before = placesOf(layout, 12);
    for (const [number, { x, y }] of before.entries()) {
      const angle = (number / 12) * 2 * Math.PI;
      expect([x, y].map((value) => value.toFixed(6))).toEqual(
        [Math.sin(angle), -Math.cos(angle)].map((value) => value.toFixed(6)),
      );
    }
    for (let i = 0; i < 12; i++) link(state, i, (i + 5) % 12);
    layout.follow(state, [], 9_000);
    settle(layout);
    expect(placesOf(layout, 12)).toEqual(before);
  });

  test('keeps the places of those that are still to come', () => {
    const layout = make();
    layout.follow(ringOf(3), expected(12), 0);
    const first = placesOf(layout, 3);
    layout.follow(ringOf(12), expected(12), 100);
    settle(layout);
    expect(placesOf(layout, 3)).toEqual(first);
  });

  test('lays out more once, when all have come, and then moves nothing for a link', () => {
    Worked.count = 0;
    const layout = make();
    const state = ringOf(60);
    layout.follow(state, expected(60), 0);
    expect(Worked.count).toBe(0);
    layout.follow(state, expected(60), 1_000);
    expect(Worked.count).toBe(1);
    settle(layout);
    const before = placesOf(layout, 60);
    for (let i = 0; i < 60; i++) link(state, i, (i * 7 + 3) % 60);
    layout.follow(state, expected(60), 60_000);
    settle(layout);
    expect([Worked.count, placesOf(layout, 60)]).toEqual([1, before]);
    layout.arrange(state);
    settle(layout);
    expect(placesOf(layout, 60)).not.toEqual(before);
  });

  test('is the same for the same network, and fills the picture', () => {
    const task = {
      starts: Array.from({ length: 80 }, (_, i) => [Math.cos(i), Math.sin(i * 2)] as const),
      links: Array.from({ length: 80 }, (_, i) => [i, (i * 11 + 1) % 80]).flat(),
    };
    const places = laidOut(task);
    expect(laidOut(task)).toEqual(places);
    expect(Math.max(...places)).toBe(1);
    expect(Math.min(...places)).toBe(-1);
  });
});
