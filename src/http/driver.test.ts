import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Effect, Input, Timer } from '../core/boundary.ts';
import type { GossipNode } from '../core/node.ts';
import type { Message } from '../core/messages.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { Driver } from './driver.ts';

const SELF = '127.0.0.1:9';
const DAY_MS = 86_400_000;

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

/** A driver over a core that answers each input with what `react` says. */
function drive(react: (input: Input) => Effect[], onSend: (to: string) => void = () => undefined) {
  const failures: unknown[] = [];
  const inputs: { at: number; input: Input }[] = [];
  const sent: [string, Message][] = [];
  const core = {
    self: SELF,
    handle: (input: Input, now: number) => {
      inputs.push({ at: now - 1_000_000, input });
      return react(input);
    },
  } as unknown as GossipNode;
  const transport = {
    send: (to: string, message: Message) => {
      onSend(to);
      sent.push([to, message]);
    },
  };
  const driver = new Driver(
    core,
    transport,
    () => Date.now(),
    undefined,
    (error) => failures.push(error),
  );
  const fired = (): [number, number][] =>
    inputs.flatMap(({ at, input }) =>
      input.type === 'timer' && input.timer.name === 'join' ? [[at, input.timer.attempt]] : [],
    );
  return { driver, inputs, sent, fired, failures };
}

function schedule(afterMs: number, attempt: number): Effect {
  const timer: Timer = { name: 'join', attempt };
  return { type: 'schedule', afterMs, timer };
}

const START: Input = { type: 'start', contacts: [] };
const SEND_TO_NOWHERE: Effect = { type: 'send', to: 'nowhere:1', message: { type: 'join', request: 1 } };

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

describe('a listener that throws', () => {
  const message: Message = { type: 'join', request: 1 };
  const broken = (): never => {
    throw new Error('broken');
  };

  test('loses no effect: what comes after is sent and scheduled, and the others hear of it', () => {
    const up: Effect = { type: 'event', event: { type: 'peerUp', peer: 'a:1' } };
    const { driver, sent, fired, failures } = drive((input) =>
      input.type === 'start' ? [up, { type: 'send', to: 'a:1', message }, schedule(10, 1)] : [],
    );
    const heard: string[] = [];
    driver.subscribe(broken);
    driver.subscribe(({ type }) => heard.push(type));
    driver.handle(START);
    driver.handle(START);
    vi.advanceTimersByTime(20);
    expect(heard).toEqual(['peerUp', 'peerUp']);
    expect(sent).toHaveLength(2);
    expect(fired()).toHaveLength(2);
    expect(failures).toEqual([new Error('broken')]);
  });
});

test('a send that throws loses none of the other effects, and is reported once', () => {
  const { driver, sent, fired, failures } = drive(
    (input) => (input.type === 'start' ? [SEND_TO_NOWHERE, SEND_TO_NOWHERE, schedule(10, 1)] : []),
    (to) => {
      if (to === 'nowhere:1') throw new Error('no route');
    },
  );
  driver.handle(START);
  vi.advanceTimersByTime(20);
  expect([sent, fired()]).toEqual([[], [[10, 1]]]);
  expect(failures).toEqual([new Error('no route')]);
});

test('an input that the core throws on ends no timer', () => {
  const { driver, fired } = drive((input) => {
    if (input.type === 'start') return [schedule(10, 1), schedule(20, 2)];
    if (input.type === 'timer' && input.timer.name === 'join' && input.timer.attempt === 1) throw new Error('a fault');
    return [];
  });
  driver.handle(START);
  expect(() => vi.advanceTimersByTime(15)).toThrow('a fault');
  vi.advanceTimersByTime(15);
  expect(fired()).toEqual([
    [10, 1],
    [20, 2],
  ]);
});

test('a listener that stops the node leaves no timer behind', () => {
  const up: Effect = { type: 'event', event: { type: 'peerUp', peer: 'a:1' } };
  const { driver } = drive(() => [up, schedule(10, 1)]);
  driver.subscribe(() => driver.stop());
  driver.handle(START);
  expect(vi.getTimerCount()).toBe(0);
});
