import { describe, expect, test } from 'vitest';
import { parseScenario, simulate } from '../../sim/simulate.ts';
import { eventOf, peersOf, stateOf } from './trace-decoder.ts';

const A = '127.0.0.1:7001';
const PUBLISHED = { time: 1, node: A, type: 'published', uuid: 'u', origin: A, version: 1, payload: { book: 'Emma' } };

test('every event of a run is let in', () => {
  const scenario = parseScenario({
    nodes: 12,
    seed: 3,
    durationMs: 20_000,
    network: { loss: 0.1 },
    faults: [
      { atMs: 3000, do: 'kill', nodes: [1] },
      { atMs: 14_000, do: 'restart', nodes: [1] },
    ],
  });
  const types = new Set<string>();
  for (const event of simulate(scenario)) {
    types.add(event.type);
    expect(eventOf(JSON.stringify(event))).toEqual(event);
  }
  expect([...types]).toEqual(
    expect.arrayContaining(['started', 'stopped', 'lost', 'sent', 'applied', 'status', 'duplicate']),
  );
});

describe('is no event:', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 20; i++) deep = [deep];
  test.each([
    ['no JSON', '{"time":1'],
    ['a number', '1'],
    ['an unknown type', JSON.stringify({ ...PUBLISHED, type: 'toString' })],
    ['a type that is none', JSON.stringify({ ...PUBLISHED, type: ['published'] })],
    ['no time', JSON.stringify({ ...PUBLISHED, time: 'now' })],
    ['a time beyond all numbers', JSON.stringify(PUBLISHED).replace('"time":1', '"time":1e999')],
    ['no address', JSON.stringify({ ...PUBLISHED, node: 'http://evil.example/' })],
    ['a version in words', JSON.stringify({ ...PUBLISHED, version: 'two' })],
    ['a payload of many levels', JSON.stringify({ ...PUBLISHED, payload: deep })],
    ['a line that is too long', JSON.stringify({ ...PUBLISHED, payload: 'x'.repeat(40_000) })],
  ])('%s', (_name, line) => {
    expect(eventOf(line)).toBeUndefined();
  });
});

test('what a newer node tells more of an event is let through and not kept', () => {
  expect(eventOf(JSON.stringify({ ...PUBLISHED, mood: 'good', __proto__: 1 }))).toEqual(PUBLISHED);
});

test('a state and peers are those of a node, or nothing', () => {
  const record = { origin: A, version: 1, uuid: 'u', payload: 1, status: 'alive', hops: 0, via: A, ageMs: 5 };
  const state = { self: A, version: 1, records: [record] };
  const more = { ...state, mood: 1, records: [{ ...record, mood: 'x'.repeat(1000) }] };
  expect([stateOf(JSON.stringify(state)), stateOf(JSON.stringify(more))]).toEqual([state, state]);
  expect(peersOf(JSON.stringify({ self: A, peers: [], mood: 1 }))).toEqual({ self: A, peers: [] });
  for (const text of ['', '[]', '{}', JSON.stringify({ ...state, records: [{ ...record, status: 'fine' }] })])
    expect([stateOf(text), peersOf(text)]).toEqual([undefined, undefined]);
  expect(peersOf(JSON.stringify({ self: A, peers: Array<string>(2000).fill(A) }))).toBeUndefined();
});
