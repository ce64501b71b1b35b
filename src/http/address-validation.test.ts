import { json as jsonOf } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../test/support.ts';
import { JOIN, patientPeer, peer, rumor, transport } from '../../test/transport-fixture.ts';
import { NobodyOfOurs } from './read-answer.ts';
import { MAX_FIRST_BYTES, AddressValidation } from './address-validation.ts';

const WEEK_MS = 7 * 86_400_000;
const A = '127.0.0.1:1';

/** Tries whenever it may, once a second. @returns when it was called */
function callsOf(validation: AddressValidation, fromMs: number, toMs: number): number[] {
  const calls: number[] = [];
  for (let now = fromMs; now < toMs; now += 1000) {
    if (!validation.mayCall(A, now)) continue;
    calls.push(now);
    validation.miss(A, now);
  }
  return calls;
}

describe('an unvalidated address that never answers', () => {
  test('is called some twenty times in a week, and after as long again as it was not there for', () => {
    const calls = callsOf(new AddressValidation(), 0, WEEK_MS);
    expect(calls.length).toBeLessThanOrEqual(24);
    for (const [i, at] of calls.entries()) expect(at).toBeLessThanOrEqual(2 * (calls[i - 1] ?? 0) + 4000);
  });

  test('is called again when somebody speaks of it', () => {
    const validation = new AddressValidation();
    callsOf(validation, 0, 60_000);
    expect(validation.mayCall(A, 60_000)).toBe(false);
    validation.hope(A);
    expect(validation.mayCall(A, 60_000)).toBe(true);
  });

  test('is called whenever there is a reason, if it is a contact', () => {
    expect(callsOf(new AddressValidation(new Set([A])), 0, 60_000)).toHaveLength(60);
  });
});

test('one that has ever answered is called whenever there is a reason, and told little until it answers again', () => {
  const validation = new AddressValidation();
  validation.meet(A);
  expect(validation.isReading(A)).toBe(true);
  expect(callsOf(validation, 0, 60_000)).toHaveLength(60);
  expect(validation.isReading(A)).toBe(false);
  validation.meet(A);
  expect(validation.isReading(A)).toBe(true);
});

test('one that refuses everything three times is nobody of ours, unless it once answered', () => {
  const validation = new AddressValidation();
  validation.refuse(A);
  validation.refuse(A);
  expect(() => validation.refuse(A)).toThrow(NobodyOfOurs);
  validation.meet(A);
  for (let i = 0; i < 10; i++) validation.refuse(A);
});

test('of made-up addresses only so many are remembered', () => {
  const validation = new AddressValidation();
  for (let i = 0; i < 5000; i++) {
    validation.miss(`127.0.0.1:${i + 1}`, 0);
    validation.meet(`127.0.0.2:${i + 1}`);
  }
  expect(validation.size).toBeLessThanOrEqual(2048);
});

describe('what waits for an unvalidated address', () => {
  test('goes when it has answered a short request', async () => {
    const { it } = transport();
    const { address, bodies, answer } = await patientPeer();
    for (let i = 1; i <= 20; i++) it.send(address, rumor(1, { origin: `127.0.0.1:${i}`, payload: 'x'.repeat(200) }));
    await eventually('a request', () => bodies.length === 1);
    const first = bodies[0]?.messages ?? [];
    expect(first.length).toBeGreaterThan(0);
    expect(JSON.stringify(first).length).toBeLessThanOrEqual(MAX_FIRST_BYTES + 2);
    answer();
    await eventually('the rest', () => bodies.length === 2);
    expect(bodies[1]?.messages).toHaveLength(20 - first.length);
  });

  test('goes after an empty request where the first of it is long', async () => {
    const { it } = transport();
    const { address, bodies, answer } = await patientPeer();
    it.send(address, rumor(1, { payload: 'x'.repeat(4000) }));
    await eventually('a request', () => bodies.length === 1);
    expect(bodies[0]?.messages).toEqual([]);
    answer();
    await eventually('the rest', () => bodies.length === 2);
    expect(bodies[1]?.messages).toHaveLength(1);
  });

  test('is thrown away where it refuses three times', async () => {
    const { it, refused } = transport();
    let asked = 0;
    const address = await peer((request, response) => {
      asked++;
      void jsonOf(request).then(() => response.writeHead(400).end('{"error":"what is this"}'));
    });
    it.send(address, JOIN);
    it.send(address, rumor(1, { payload: 'x'.repeat(4000) }));
    await eventually('it is nobody of ours', () => refused.includes(address));
    expect([asked, it.waiting]).toEqual([3, 0]);
  });
});
