/** What other people's code does with a node's callbacks must not reach the protocol. */
import { afterEach, expect, test, vi } from 'vitest';
import { call, eventually, gossip, nodesOfThisFile } from '../../test/support.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { startBookNode } from '../books/book-node.ts';

const start = nodesOfThisFile();
afterEach(() => void vi.restoreAllMocks());

const fault = (): never => {
  throw new Error('not our fault');
};

test('a rumor crosses a node whose listeners throw and reject, and each is reported once', async () => {
  const warnings: string[] = [];
  const middle = await start({ warn: (warning) => warnings.push(warning) });
  const ends = [await start({ join: [middle.self] }), await start({ join: [middle.self] })];
  await eventually('links', () => middle.snapshot().peers.length === 2);
  middle.subscribe(fault);
  middle.subscribe(() => Promise.reject(new Error('a late fault')) as unknown as void);
  const heard: TraceEvent[] = [];
  middle.subscribe((event) => heard.push(event));
  ends[0]!.publish('news');
  await eventually('the news at the other end', () =>
    ends[1]!.snapshot().records.some(({ payload }) => payload === 'news'),
  );
  expect(heard.map(({ type }) => type)).toEqual(expect.arrayContaining(['received', 'applied']));
  expect(ends.map(({ counters }) => counters.unreachable)).toEqual([0, 0]);
  expect(warnings).toHaveLength(2);
  expect(warnings.join()).toMatch(/not our fault.*a late fault/s);
});

test('a `warn` that throws ends nothing either: Node’s own warnings tell', async () => {
  const told = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const node = await start({ warn: fault });
  node.subscribe(fault);
  const answer = await gossip(node.self, { uuid: 'u', origin: '127.0.0.1:9', version: 1, ttl: 1, payload: 1 });
  expect(answer.status).toBe(200);
  expect(told).toHaveBeenCalledTimes(1);
});

test('without `warn` a failing listener is told by Node’s own warnings', async () => {
  const told = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const node = await start();
  node.subscribe(fault);
  node.publish(1);
  node.publish(2);
  expect(told).toHaveBeenCalledTimes(1);
});

test('link faults that throw are no faults', async () => {
  const warnings: string[] = [];
  const faulty = {
    fateOf: fault,
    isCutOff: fault,
    lost: fault,
    get failedSendsAreReported(): boolean {
      return fault();
    },
  };
  const [one, other] = [await start(), await start()];
  const throwing = await start({
    join: [one.self],
    linkFaults: () => faulty,
    warn: (warning) => warnings.push(warning),
  });
  const asking = await start({ join: [other.self], linkFaults: fault, warn: (warning) => warnings.push(warning) });
  await eventually('links', () => [throwing, asking].every((node) => node.snapshot().peers.length === 1));
  await one.stop();
  await eventually('a failed send is still noticed', () => throwing.counters.unreachable > 0);
  expect(warnings).toHaveLength(2);
});

test('an `observe` that throws makes starting reject, and leaves nothing behind', async () => {
  let self = '';
  const observe = (address: string): never => {
    self = address;
    throw new Error('no thanks');
  };
  await expect(startBookNode({ port: 0, resampleMs: 0, observe })).rejects.toThrow('no thanks');
  await expect(call(self, 'GET', '/health/')).rejects.toThrow();
});
