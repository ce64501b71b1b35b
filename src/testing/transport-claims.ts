/** What a transport must do, each claim for itself: one that breaks one claim keeps the others. */
import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAddress, type Address, type Message } from '../core/index.ts';
import { TRANSPORT_MESSAGE_BYTES } from '../http/transport.ts';
import { isSame, messageOf, quiet, type Station } from './station.ts';

/** What not every transport can keep. */
export type TransportPromise =
  /** Messages from one node to another arrive in the order in which they were sent. */
  | 'order'
  /** No message arrives twice. */
  | 'once'
  /** A peer that does not answer is reported as unreachable. Without it, members need `parameters: { failedSendsAreReported: false }`. */
  | 'unreachable'
  /** Where nobody listens, that is reported as refused. */
  | 'refused';

export interface Stage {
  readonly withinMs: number;
  /** Another node: its transport is open and started. */
  readonly station: (options?: { readonly address?: Address; readonly cluster?: string }) => Promise<Station>;
}

export interface Claim {
  readonly name: string;
  readonly needs?: TransportPromise;
  readonly check: (stage: Stage) => Promise<void>;
}

/** Characters that a frame, a line or a URL could trip over; half a pair; the largest numbers; what is empty. */
const AWKWARD: readonly unknown[] = [
  'line\nline\r\n\t\u0000\u2028\u2029',
  '"\\"\'`$&<>%00/?#',
  'Éloge 📚 \ud83d 読む',
  { '': '', 'a.b': [], c: {}, deep: [[[[{ e: [null] }]]]] },
  [0, -1, 1.5, 1e-7, 1e21, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE],
  [null, true, false, '', ' '],
];
const MANY = 100;
/** In bytes: four times what the protocol ever sends, and more. */
const FAR_TOO_LARGE = 256 * 1024;
/** What a close may take beyond the time that it was given. */
const CLOSE_GRACE_MS = 1000;

export const CLAIMS: readonly Claim[] = [
  { name: 'each transport has an address of its own, which is "host:port"', check: ownAddress },
  { name: 'a message arrives, and so does the answer', check: arrives },
  { name: 'a message says who sent it', check: saysFrom },
  { name: 'any JSON arrives as it was', check: jsonSurvives },
  { name: 'what arrives is a copy', check: isCopy },
  { name: `a message of ${TRANSPORT_MESSAGE_BYTES} bytes arrives`, check: largeArrives },
  { name: 'a message that is too large is reported as unsendable, or arrives', check: tooLarge },
  { name: 'all of many messages arrive, sent by several at once in both directions', check: manyArrive },
  { name: 'messages arrive in order', needs: 'order', check: inOrder },
  { name: 'no message arrives twice', needs: 'once', check: arriveOnce },
  { name: 'each message that leaves is told as sent, once', check: toldAsSent },
  { name: 'nothing is told while send runs', check: notWhileSending },
  { name: 'links are hints: messages arrive before, with and after one', check: linksAreHints },
  { name: 'a peer that has closed is reported as unreachable', needs: 'unreachable', check: closedPeer },
  { name: 'where nobody listens, that is reported as refused', needs: 'refused', check: nobodyThere },
  { name: 'a peer that comes back to its address is reached again', check: comesBack },
  { name: 'nodes of different clusters do not hear each other', check: otherCluster },
  { name: 'close sends what waits', check: closeSends },
  { name: 'a closed transport sends nothing, and throws nothing', check: closedSendsNothing },
  { name: 'a closed transport hears nothing, and tells nothing', check: closedHearsNothing },
  { name: 'close ends in time, also when a peer is out of reach, and may be called twice', check: closeEnds },
  { name: 'close leaves nothing that keeps a process alive', check: nothingLeft },
];

async function ownAddress({ station }: Stage): Promise<void> {
  const addresses = [await station(), await station(), await station()].map(({ address }) => address);
  for (const address of addresses) assert(isAddress(address), `not "host:port": ${JSON.stringify(address)}`);
  assert.equal(new Set(addresses).size, addresses.length, `not all different: ${addresses.join(', ')}`);
}

async function pairOf({ station }: Stage): Promise<[Station, Station]> {
  return [await station(), await station()];
}

/** Talks until both sides know each other, as nodes do before anything else. */
async function acquaint(one: Station, other: Station): Promise<void> {
  const [there, back] = [messageOf('there'), messageOf('back')];
  one.send(other, there);
  await other.hears(there);
  other.send(one, back);
  await one.hears(back);
}

async function arrives(stage: Stage): Promise<void> {
  await acquaint(...(await pairOf(stage)));
}

async function saysFrom(stage: Stage): Promise<void> {
  const [one, other] = await pairOf(stage);
  await acquaint(one, other);
  assert.deepEqual([...new Set(other.received.map(({ from }) => from))], [one.address]);
  assert.deepEqual([...new Set(one.received.map(({ from }) => from))], [other.address]);
}

async function jsonSurvives(stage: Stage): Promise<void> {
  const [one, other] = await pairOf(stage);
  const messages = AWKWARD.map(messageOf);
  one.send(other, ...messages);
  await other.hears(...messages);
  for (const message of messages) {
    const received = other.received.find((each) => isSame(each.message, message));
    assert.deepEqual(received?.message, message);
  }
}

async function isCopy(stage: Stage): Promise<void> {
  const [one, other] = await pairOf(stage);
  const payload = { changed: false };
  const message = messageOf(payload);
  one.send(other, message);
  await other.hears(message);
  (other.received[0]?.message as { payload: { changed: boolean } }).payload.changed = true;
  assert.equal(payload.changed, false, 'the receiver changed what the sender holds');
}

async function largeArrives(stage: Stage): Promise<void> {
  const [one, other] = await pairOf(stage);
  const empty = messageOf('');
  const message = { ...empty, payload: 'x'.repeat(TRANSPORT_MESSAGE_BYTES - JSON.stringify(empty).length) };
  one.send(other, message);
  await other.hears(message);
}

async function tooLarge(stage: Stage): Promise<void> {
  const [one, other] = await pairOf(stage);
  const [large, next] = [messageOf('x'.repeat(FAR_TOO_LARGE)), messageOf('next')];
  one.send(other, large, next);
  await other.hears(next);
  await one.within(
    'it was neither reported nor received',
    () => other.has(large) || one.unsendable.some((message) => isSame(message, large)),
  );
}

async function manyArrive({ station }: Stage): Promise<void> {
  const stations = [await station(), await station(), await station(), await station()];
  const expected = stations.map((): Message[] => []);
  for (const one of stations) {
    for (const [index, other] of stations.entries()) {
      if (one === other) continue;
      const messages = Array.from({ length: MANY }, (_, number) => messageOf({ number }));
      one.send(other, ...messages);
      expected[index]?.push(...messages);
    }
  }
  await Promise.all(stations.map((each, index) => each.hears(...(expected[index] ?? []))));
}

async function inOrder(stage: Stage): Promise<void> {
  const [one, other] = await pairOf(stage);
  const messages = Array.from({ length: MANY }, (_, number) => messageOf({ number }));
  for (const [index, message] of messages.entries()) {
    one.send(other, message);
    if (index % 10 === 9) await sleep(1);
  }
  await other.hears(...messages);
  const places = messages.map((message) => other.received.findIndex((each) => isSame(each.message, message)));
  const isSorted = places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0));
  assert(isSorted, `arrived in another order: ${places.join(' ')}`);
}

async function arriveOnce(stage: Stage): Promise<void> {
  const [one, other] = await pairOf(stage);
  const messages = Array.from({ length: MANY }, (_, number) => messageOf({ number }));
  one.send(other, ...messages);
  await other.hears(...messages);
  await quiet();
  for (const message of messages) {
    const copies = other.received.filter((each) => isSame(each.message, message)).length;
    assert.equal(copies, 1, `a message arrived ${copies} times`);
  }
}

async function toldAsSent(stage: Stage): Promise<void> {
  const [one, other] = await pairOf(stage);
  const messages = Array.from({ length: 10 }, (_, number) => messageOf({ number }));
  one.send(other, ...messages);
  await other.hears(...messages);
  await quiet();
  for (const message of messages) {
    const times = one.sent.filter((sent) => isSame(sent, message)).length;
    assert.equal(times, 1, `a message that arrived was told as sent ${times} times`);
  }
}

async function notWhileSending(stage: Stage): Promise<void> {
  const [one, other] = await pairOf(stage);
  const message = messageOf('here');
  one.send(other, message, messageOf('x'.repeat(FAR_TOO_LARGE)));
  assert.equal(other.told, 0, 'the receiver was told before send came back');
  await other.hears(message);
  assert.deepEqual(one.tooEarly, [], 'told while send was running');
}

async function linksAreHints(stage: Stage): Promise<void> {
  const [one, other] = await pairOf(stage);
  await acquaint(one, other);
  one.link(other);
  other.link(one);
  await acquaint(one, other);
  await quiet();
  await acquaint(other, one);
  one.unlink(other);
  other.unlink(one);
  await acquaint(one, other);
}

async function closedPeer(stage: Stage): Promise<void> {
  const [one, other] = await pairOf(stage);
  await acquaint(one, other);
  await other.close(0);
  one.send(other, messageOf('anybody there?'));
  await one.within('it was not reported', () => one.unreachable.some(({ peer }) => peer === other.address));
}

async function nobodyThere(stage: Stage): Promise<void> {
  const [one, other] = await pairOf(stage);
  await other.close(0);
  one.send(other, messageOf('anybody there?'));
  await one.within('it was not reported as refused', () =>
    one.unreachable.some(({ peer, refused }) => peer === other.address && refused),
  );
}

async function comesBack(stage: Stage): Promise<void> {
  const [one, other] = await pairOf(stage);
  await acquaint(one, other);
  await other.close(0);
  one.send(other, messageOf('anybody there?'));
  await quiet();
  const again = await stage.station({ address: other.address });
  assert.equal(again.address, other.address);
  const sent: Message[] = [];
  // What is under way when it comes back may be lost.
  await one.within('nothing arrived', () => {
    const message = messageOf('again');
    sent.push(message);
    one.send(again, message);
    return sent.some((each) => again.has(each));
  });
}

async function otherCluster({ station }: Stage): Promise<void> {
  const [one, other] = [await station({ cluster: 'one' }), await station({ cluster: 'other' })];
  one.send(other, messageOf('from one'));
  other.send(one, messageOf('from other'));
  await quiet();
  assert.deepEqual([...one.received, ...other.received], [], 'a message came from another cluster');
}

async function closeSends(stage: Stage): Promise<void> {
  const [one, other] = await pairOf(stage);
  await acquaint(one, other);
  const messages = Array.from({ length: MANY }, (_, number) => messageOf({ number }));
  one.send(other, ...messages);
  await one.close(stage.withinMs);
  await other.hears(...messages);
}

async function closedSendsNothing(stage: Stage): Promise<void> {
  const [one, other] = await pairOf(stage);
  await acquaint(one, other);
  await one.close(0);
  const message = messageOf('too late');
  one.send(other, message);
  await quiet();
  assert(!other.has(message), 'a message arrived that was sent after the close');
}

async function closedHearsNothing(stage: Stage): Promise<void> {
  const [one, other] = await pairOf(stage);
  await acquaint(one, other);
  await one.close(0);
  const { told } = one;
  other.send(one, messageOf('too late'));
  await quiet();
  assert.equal(one.told, told, 'its host was told something after the close');
}

async function closeEnds(stage: Stage): Promise<void> {
  const [one, other] = await pairOf(stage);
  await acquaint(one, other);
  await other.close(0);
  one.send(other, messageOf('anybody there?'));
  const given = Math.min(200, stage.withinMs);
  const ended = one.close(given).then(() => one.close(0));
  const isInTime = await Promise.race([ended.then(() => true), sleep(given + CLOSE_GRACE_MS, false)]);
  assert(isInTime, `close(${given}) took more than ${given + CLOSE_GRACE_MS} ms`);
}

async function nothingLeft(stage: Stage): Promise<void> {
  await sleep(1);
  const before = resources();
  const [one, other] = await pairOf(stage);
  await acquaint(one, other);
  one.link(other);
  await acquaint(one, other);
  await Promise.all([one.close(0), other.close(0)]);
  const left = (): string[] =>
    [...resources()].filter(([name, count]) => count > (before.get(name) ?? 0)).map(([name]) => name);
  await one.within('', () => left().length === 0).catch(() => assert.fail(`still open: ${left().join(', ')}`));
}

/** Timers, sockets and servers of this process, counted by kind. */
function resources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) {
    if (/Wrap$|^Timeout$/.test(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
