import { describe, expect, test } from 'vitest';
import { Listeners } from './listeners.ts';

function listenersOf() {
  const failures: unknown[] = [];
  return { failures, listeners: new Listeners<number>((error) => failures.push(error)) };
}

describe('listeners', () => {
  test('hear everything until they stop', () => {
    const { listeners, failures } = listenersOf();
    const heard: number[] = [];
    const stop = listeners.add((event) => heard.push(event));
    listeners.tell(1);
    listeners.tell(2);
    stop();
    listeners.tell(3);
    expect([heard, failures]).toEqual([[1, 2], []]);
  });

  test('do not suffer from one that throws, which is reported once and still told', () => {
    const { listeners, failures } = listenersOf();
    const heard: number[] = [];
    const broken = [new Error('first'), new Error('second')].map((error) => {
      let times = 0;
      listeners.add(() => {
        times++;
        throw error;
      });
      return { error, times: () => times };
    });
    listeners.add((event) => heard.push(event));
    for (const event of [1, 2, 3]) listeners.tell(event);
    expect(heard).toEqual([1, 2, 3]);
    expect(failures).toEqual(broken.map(({ error }) => error));
    expect(broken.map(({ times }) => times())).toEqual([3, 3]);
  });

  test('may be asynchronous: a rejection is reported once, like a throw', async () => {
    const { listeners, failures } = listenersOf();
    listeners.add(() => Promise.reject(new Error('late')) as unknown as void);
    listeners.tell(1);
    listeners.tell(2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(failures).toEqual([new Error('late')]);
  });
});
