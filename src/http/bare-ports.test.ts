import { expect, test } from 'vitest';
import { addressOf, spellOutPorts } from './bare-ports.ts';

test.each([1, 7001, 65_535])('the port %i is short for an address of this machine, as number and as text', (port) => {
  expect(addressOf(port)).toBe(`127.0.0.1:${port}`);
  expect(addressOf(String(port))).toBe(`127.0.0.1:${port}`);
});

test.each([0, 65_536, 1.5, -1, 1e300, NaN, '0', '65536', '07001', '70 01', '1e3', '', null, true, [7001], {}])(
  '%j is no port',
  (value) => {
    expect(addressOf(value)).toBe(value);
  },
);

const PLACES = [['origin'], ['sample', '*'], ['entries', '*', 0]];

test('ports are spelled out at the named places and nowhere else, in a copy', () => {
  const value = {
    origin: 7001,
    version: 7002,
    sample: ['7003', 'a:1'],
    entries: [[7004, 7005]],
    payload: { origin: 7006 },
  };
  const before = structuredClone(value);
  expect(spellOutPorts(value, PLACES)).toEqual({
    ...before,
    origin: '127.0.0.1:7001',
    sample: ['127.0.0.1:7003', 'a:1'],
    entries: [['127.0.0.1:7004', 7005]],
  });
  expect(value).toEqual(before);
});

test.each([
  7001,
  null,
  [7001],
  { origin: { origin: 7001 } },
  { sample: { '*': 7001 } },
  { sample: [[7001]] },
  { entries: [7001, [], [[7001]]] },
  Object.create({ origin: 7001 }) as object,
])('%j has none there, so it stays itself', (value) => {
  expect(spellOutPorts(value, PLACES)).toBe(value);
});
