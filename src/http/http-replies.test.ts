/** What rides in the answer to a request, and what does not. */
import { describe, expect, test } from 'vitest';
import { eventually } from '../../test/support.ts';
import { JOIN, patientPeer, rumor, transport } from '../../test/transport-fixture.ts';
import type { Address } from '../core/address.ts';
import type { Message } from '../core/messages.ts';

describe('an answer', () => {
  test('what is for the asker goes into the answer to it, and to nobody twice', async () => {
    const { it, sent } = transport();
    const { address, bodies } = await patientPeer();
    const other = await patientPeer();
    const parts = it.replyTo(address, () => {
      it.send(address, rumor(1));
      it.send(other.address, rumor(1));
    });
    expect(parts.map((part) => JSON.parse(part) as unknown)).toEqual([rumor(1)]);
    await eventually('the other one', () => other.bodies.length === 1);
    expect(bodies).toEqual([]);
    expect(sent).toHaveLength(2);
  });

  test('what waits for a peer goes to its own address alone: who asks in its name gets nothing, and it is not called sent', async () => {
    const { it, sent } = transport();
    const { address, bodies, answer } = await patientPeer();
    it.send(address, JOIN);
    await eventually('a request', () => bodies.length === 1);
    it.send(address, rumor(1));
    expect(it.replyTo(address, () => undefined)).toEqual([]);
    expect(sent).toEqual([[address, JOIN]]);
    answer();
    await eventually('what waited', () => bodies.length === 2);
    expect(bodies[1]?.messages).toEqual([rumor(1)]);
    expect(sent).toEqual([
      [address, JOIN],
      [address, rumor(1)],
    ]);
  });

  test('an answer does not overtake what waits: of links, what was said last is heard last', async () => {
    const { it } = transport();
    const { address, bodies, answer } = await patientPeer();
    it.send(address, JOIN);
    await eventually('a request', () => bodies.length === 1);
    it.send(address, { type: 'disconnect' });
    const yes: Message = { type: 'neighborReply', accepted: true, request: 1 };
    expect(it.replyTo(address, () => it.send(address, yes))).toEqual([]);
    answer();
    await eventually('both', () => bodies.length === 2);
    expect(bodies[1]?.messages).toEqual([{ type: 'disconnect' }, yes]);
  });

  test('what an answer has no room for is sent by a request', async () => {
    const { it, sent } = transport();
    const { address, bodies } = await patientPeer();
    const rumors = Array.from({ length: 40 }, (_, i) =>
      rumor(1, { origin: `127.0.0.1:${i + 1}`, payload: 'x'.repeat(4000) }),
    );
    const parts = it.replyTo(address, () => rumors.forEach((each) => it.send(address, each)));
    await eventually('a request', () => bodies.length === 1);
    const told = [...parts.map((part) => JSON.parse(part) as Message), ...bodies[0]!.messages];
    expect(told).toEqual(rumors.slice(0, told.length));
    expect([parts.length > 10, sent.length]).toEqual([true, told.length]);
  });

  test('answers to a thousand names open no connection', () => {
    const { it, sent } = transport();
    for (let i = 1; i <= 1000; i++) {
      const name = `10.0.0.1:${i}`;
      expect(it.replyTo(name, () => it.send(name, JOIN))).toHaveLength(1);
    }
    expect([sent.length, (it as unknown as { channels: Map<Address, unknown> }).channels.size]).toEqual([1000, 0]);
  });
});
