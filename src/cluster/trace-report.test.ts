import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunEvent } from '../trace/trace-event.ts';
import type { Report } from './channel.ts';
import { TraceReport } from './trace-report.ts';

const AT = { time: 0, node: 'a:1' };
const PEER_UP: RunEvent = { ...AT, type: 'peerUp', peer: 'b:2' };
const REAPED: RunEvent = { ...AT, type: 'reaped', origin: 'b:2' };

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** The parent takes a report when told. */
function open(kinds: RunEvent['type'][] = ['peerUp']) {
  const reports: Report[] = [];
  const taken: (() => void)[] = [];
  const clock = { now: 5000 };
  const send = (report: Report, done: () => void): void => {
    reports.push(report);
    taken.push(done);
  };
  const it = new TraceReport(
    { originMs: 4000, watch: { kinds, everyMs: 100 } },
    () => 77,
    send,
    () => clock.now,
  );
  return { it, reports, clock, take: () => taken.shift()?.() };
}

test('the start is told at once; what follows is told together, and only of the kinds that are asked for', () => {
  const { it, reports, clock, take } = open();
  it.start('a:1');
  take();
  clock.now = 5001.5;
  it.add(PEER_UP);
  it.add(REAPED);
  vi.advanceTimersByTime(60);
  clock.now = 5060;
  it.add(PEER_UP);
  expect(reports).toEqual([{ events: [{ type: 'started', node: 'a:1', time: 1000 }], bytes: 77, missed: 0 }]);
  vi.advanceTimersByTime(40);
  const [, second] = reports;
  expect(second?.events.map(({ time, type }) => [time, type])).toEqual([
    [1001.5, 'peerUp'],
    [1060, 'peerUp'],
  ]);
});

test('no two events of one node have the same time', () => {
  const { it, reports, take } = open();
  it.start('a:1');
  take();
  for (let i = 0; i < 3; i++) it.add(PEER_UP);
  it.tell();
  expect(reports[1]?.events.map(({ time }) => time)).toEqual([1000.001, 1000.002, 1000.003]);
});

test('while a report is under way the next one waits, and takes all', () => {
  const { it, reports, take } = open();
  it.start('a:1');
  it.add(PEER_UP);
  vi.advanceTimersByTime(1000);
  it.tell();
  it.add(PEER_UP);
  expect(reports).toHaveLength(1);
  take();
  expect(reports[1]?.events).toHaveLength(2);
  take();
  vi.advanceTimersByTime(1000);
  expect(reports).toHaveLength(2);
});

test('what a parent does not take is kept up to a bound, and then counted', () => {
  const { it, reports, take } = open();
  it.start('a:1');
  for (let i = 0; i < 50_007; i++) it.add(PEER_UP);
  take();
  vi.advanceTimersByTime(100);
  expect([reports[1]?.events.length, reports[1]?.missed]).toEqual([50_000, 7]);
});

test('what is watched can be changed', () => {
  const { it, reports, take } = open();
  it.start('a:1');
  take();
  it.watch({ kinds: ['reaped'], everyMs: 10 });
  it.add(PEER_UP);
  it.add(REAPED);
  vi.advanceTimersByTime(10);
  expect(reports[1]?.events.map(({ type }) => type)).toEqual(['reaped']);
});

test('closing tells the rest', async () => {
  const { it, reports, take } = open();
  it.start('a:1');
  it.add(PEER_UP);
  const closed = it.close();
  take();
  take();
  await closed;
  expect(reports[1]?.events).toHaveLength(1);
});
