import { expect, test } from 'vitest';
import { SteadyControl } from './steady-control.ts';

const rumor = (bytes: number) =>
  ({ type: 'sent', to: 'b', message: 'rumor', uuid: 'u', origin: 'a', version: 1, ttl: 5, hops: 1, bytes }) as const;
const heartbeat = { type: 'sent', to: 'b', message: 'heartbeat', bytes: 50 } as const;

test('what is sent beside updates counts while these come, not before and not after', () => {
  const control = new SteadyControl(1000, 3000, 2);
  for (const time of [0, 999, 1000, 2999, 3000, 9000]) control.observe(time, heartbeat);
  expect(control.perUpdate()).toEqual({ messages: 1, bytes: 50 });
});

test('copies count whenever they are sent, and each as what one takes on average', () => {
  const control = new SteadyControl(1000, 3000, 2);
  control.observe(1500, rumor(100));
  control.observe(5000, rumor(200));
  control.observe(1500, heartbeat);
  expect(control.perUpdate()).toEqual({ messages: 0.5, bytes: 25 });
  expect(control.bytesWith(10)).toBe(1525);
});
