import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Effect, Input, Timer } from '../core/boundary.ts';
import type { GossipNode } from '../core/gossip-node.ts';
import type { Message } from '../core/messages.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { Driver } from './driver.ts';

const SELF = '127.0.0.1:9';
const DAY_MS = 86_400_000;

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

/** A driver over a core that answers each input with what `react` says. */
function drive(react: (input: Input) => Effect[]) {
  const inputs: { at: number; input: Input }[] = [];
  const sent: [string, Message][] = [];
  const core = {
    self: SELF,
    handle: (input: Input, now: number) => {
      inputs.push({ at: now - 1_000_000, input });
      return react(input);
    },
  } as unknown as GossipNode;
  const driver = new Driver(core, { send: (to, message) => sent.push([to, message]) }, () => Date.now());
  const fired = (): [number, number][] =>
    inputs.flatMap(({ at, input }) =>
      input.type === 'timer' && input.timer.name === 'join' ? [[at, input.timer.attempt]] : [],
    );
  return { driver, inputs, sent, fired };
}

function schedule(afterMs: number, attempt: number): Effect {
  const timer: Timer = { name: 'join', attempt };
  return { type: 'schedule', afterMs, timer };
}

const START: Input = { type: 'start', contacts: [] };

describe('timers', () => {
  test('fire in the order of their time, not of their scheduling', () => {
    const { driver, fired } = drive((input) =>
      input.type === 'start' ? [schedule(300, 3), schedule(100, 1), schedule(200, 2), schedule(100, 4)] : [],
    );
    driver.handle(START);
    vi.advanceTimersByTime(1000);
    expect(fired().map(([at]) => at)).toEqual([100, 100, 200, 300]);
    expect(
      fired()
        .map(([, attempt]) => attempt)
        .slice(2),
    ).toEqual([2, 3]);
  });

  test('a near one scheduled after a far one fires first, and the far one still fires', () => {
    const { driver, fired } = drive((input) =>
      [input.type === 'start' ? schedule(60_000, 1) : schedule(50, 2)].slice(0, input.type === 'timer' ? 0 : 1),
    );
    driver.handle(START);
    vi.advanceTimersByTime(10);
    driver.handle({ type: 'leave' });
    vi.advanceTimersByTime(60_000);
    expect(fired()).toEqual([
      [60, 2],
      [60_000, 1],
    ]);
  });

  test('one that schedules itself keeps its period', () => {
    const { driver, fired } = drive(() => [schedule(1000, 1)]);
    driver.handle(START);
    vi.advanceTimersByTime(3500);
    expect(fired().map(([at]) => at)).toEqual([1000, 2000, 3000]);
  });

  test('one further off than a timer can wait does not fire early, or over and over', () => {
    const { driver, fired } = drive((input) => (input.type === 'start' ? [schedule(40 * DAY_MS, 1)] : []));
    driver.handle(START);
    vi.advanceTimersByTime(39 * DAY_MS);
    expect(fired()).toEqual([]);
    vi.advanceTimersByTime(DAY_MS);
    expect(fired()).toEqual([[40 * DAY_MS, 1]]);
  });

  test('none fires after a stop, and no input is taken', () => {
    const { driver, inputs } = drive(() => [schedule(10, 1)]);
    driver.handle(START);
    driver.stop();
    vi.advanceTimersByTime(1000);
    driver.handle(START);
    expect(inputs).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a stop from within a timer ends the rest', () => {
    const { driver, fired } = drive((input) => {
      if (input.type === 'start') return [schedule(10, 1), schedule(10, 2)];
      driver.stop();
      return [schedule(10, 3)];
    });
    driver.handle(START);
    vi.advanceTimersByTime(1000);
    expect(fired()).toHaveLength(1);
  });
});

describe('events', () => {
  const up: Effect = { type: 'event', event: { type: 'peerUp', peer: 'a:1' } };

  test('are stamped with time and node, counted, and told to who listens', () => {
    const { driver } = drive(() => [up]);
    const heard: TraceEvent[] = [];
    const stop = driver.subscribe((event) => heard.push(event));
    driver.handle({ type: 'message', from: 'a:1', message: { type: 'join', request: 1 } });
    stop();
    driver.handle(START);
    expect(heard).toEqual([
      { time: 1_000_000, node: SELF, type: 'received', from: 'a:1', message: 'join' },
      { time: 1_000_000, node: SELF, type: 'peerUp', peer: 'a:1' },
    ]);
    expect(driver.counters).toMatchObject({ controlReceived: 1, rumorsReceived: 0 });
  });

  test('and sends leave in the order of the core’s effects', () => {
    const message: Message = { type: 'join', request: 1 };
    const { driver, sent } = drive(() => [
      { type: 'send', to: 'a:1', message },
      up,
      { type: 'send', to: 'b:1', message },
    ]);
    driver.handle(START);
    expect(sent).toEqual([
      ['a:1', message],
      ['b:1', message],
    ]);
  });
});
