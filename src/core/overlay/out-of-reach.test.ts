import { expect, test } from 'vitest';
import { addressOf } from '../../../test/arbitraries.ts';
import { eventsOf, hear, link, makeNode, sendsOf } from '../../../test/talk.ts';
import { seededRandom } from '../../http/seeded-random.ts';
import { VirtualNetwork } from '../../../test/virtual-network.ts';
import type { Effect } from '../boundary.ts';
import type { Message, Rumor } from '../messages.ts';
import { uuidV7 } from '../uuid.ts';

const [A, B, C] = [0, 1, 2].map(addressOf) as [string, string, string];
const MEMBERS = [0, 1, 2, 3, 4, 5].map(addressOf);
const LOST = addressOf(9);

/** Six nodes, and one to which others can say something only while they answer it, as over HTTP with a wrong address. */
function withOneOutOfReach(seed: number, how: 'refused' | 'timeout') {
  const network = new VirtualNetwork({ seed, parameters: { failedSendsAreReported: true }, timeoutMs: 4000 });
  for (const node of MEMBERS) network.start(node, node === A ? [] : [A]);
  for (const node of MEMBERS) network.publish(node, node);
  network.runFor(20_000);
  const since = network.now;
  const heardAt = new Map<string, number>();
  network.onSend.push((from, to, message) => {
    if (from === LOST) heardAt.set(to, network.now + 1);
    if (to !== LOST) return undefined;
    if (heardAt.get(from) === network.now) network.inject(from, LOST, message);
    else failures.push({ from, at: network.now + (how === 'refused' ? 1 : 4000) });
    return 'drop';
  });
  const failures: { from: string; at: number }[] = [];
  network.start(LOST, [A]);
  network.publish(LOST, 'here I am');
  while (network.now < since + 110_000) {
    network.runFor(1);
    if (network.now % 3000 === 0) network.publish(MEMBERS[(network.now / 3000) % 6]!, network.now);
    while (failures.length > 0 && failures[0]!.at <= network.now) {
      network.input(failures.shift()!.from, { type: 'unreachable', peer: LOST, refused: how === 'refused' });
    }
  }
  return network.trace.filter(({ time }) => time > since);
}

test.each(['refused', 'timeout'] as const)(
  'a member that others cannot reach (%s) is let in a few times, less and less often, and told so',
  (how) => {
    for (const seed of [1, 2, 3]) {
      const trace = withOneOutOfReach(seed, how);
      const ups = trace.filter((e) => e.node !== LOST && e.type === 'peerUp' && e.peer === LOST);
      expect(ups.length).toBeLessThanOrEqual(25);
      const contested = trace.flatMap((e) => (e.node === LOST && e.type === 'contested' ? [e] : []));
      expect(contested[0]?.times).toBe(4);
      expect(contested.every(({ status }) => status !== 'alive')).toBe(true);
      expect(trace.filter((e) => e.node !== LOST && e.type === 'contested')).toEqual([]);
    }
  },
);

test('one that is said to be down is not let in when it asks, but asked at its own address, once in a while', () => {
  const node = makeNode(A);
  link(node, B);
  hear(node, B, { uuid: 'c', origin: C, version: 1, ttl: 1, payload: null });
  hear(node, B, { uuid: 'c is down', origin: C, version: 1, ttl: 1, status: 'down' });
  const requests: Message[] = [
    { type: 'join', request: 1 },
    { type: 'neighbor', priority: 'high', request: 2 },
  ];
  const led = requests.flatMap((message) => hear(node, C, message));
  expect(sendsOf(led).map(({ message }) => message.type ?? 'rumor')).toEqual(['rumor', 'rumor']);
  const timers = led.flatMap((effect: Effect) => (effect.type === 'schedule' ? [effect.timer] : []));
  expect(timers).toEqual([{ name: 'callBack', peer: C }]);
  const [call] = sendsOf(node.handle({ type: 'timer', timer: timers[0]! }, 10));
  if (call?.message.type !== 'neighbor') throw new Error('not called back');
  expect(call).toMatchObject({ to: C, message: { priority: 'high' } });
  hear(node, C, { type: 'neighborReply', accepted: true, request: call.message.request }, 20);
  expect(node.snapshot().peers).toEqual([B, C]);
});

test('a node that hears itself say what it did not say contradicts less and less often, and is told that its address is shared', () => {
  const node = makeNode(A);
  link(node, B);
  const refuted: number[] = [];
  const contested: unknown[] = [];
  for (let now = 0; now < 120_000; now += 20) {
    const { version } = node.snapshot();
    const other = { uuid: `other ${now}`, origin: A, version: version + 1, ttl: 9, payload: 'Emma' };
    for (const event of eventsOf(hear(node, B, other, now))) {
      if (event.type === 'refuted') refuted.push(now);
      if (event.type === 'contested') contested.push(event);
    }
  }
  // For three seconds at every word, then ever more rarely.
  expect(refuted.filter((at) => at > 5000).length).toBeLessThan(8);
  expect(contested[0]).toEqual({ type: 'contested', times: 4, status: 'alive' });
});

test('a node that hears itself say what is dated after its start is told at once that its address is shared', () => {
  const at = 1_700_000_000_000;
  const said = (ms: number, version: number) =>
    ({ uuid: uuidV7(at + ms, seededRandom(version)), origin: A, version, ttl: 9, payload: 'Emma' }) as const;
  const node = makeNode(A);
  node.handle({ type: 'start', contacts: [] }, at);
  link(node, B);
  const contested = (rumor: Rumor) =>
    eventsOf(hear(node, B, rumor, at + 9000)).filter(({ type }) => type === 'contested');
  expect(contested(said(-1, 3))).toEqual([]);
  expect(contested(said(5000, 7))).toEqual([{ type: 'contested', times: 1, status: 'alive' }]);
});

test('a node that was restarted without its memory, and is told of many records, is not taken for two', () => {
  const node = makeNode(A);
  link(node, B);
  const events = Array.from({ length: 100 }, (_, i) => ({ i, version: i + 1 })).flatMap(({ i, version }) =>
    eventsOf(hear(node, B, { uuid: `old ${i}`, origin: A, version, ttl: 1, key: `${i}`, payload: i }, 3 * i)),
  );
  expect(events.filter(({ type }) => type === 'contested')).toEqual([]);
});
