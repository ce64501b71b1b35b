import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAddress, joinAddress, MAX_ADDRESS_LENGTH, parseAddress, splitAddress } from './address.ts';

describe('an address', () => {
  test.each([
    [7001, '127.0.0.1:7001'],
    ['7001', '127.0.0.1:7001'],
    [' 7001\n', '127.0.0.1:7001'],
    ['07001', '127.0.0.1:7001'],
    ['example.org:80', 'example.org:80'],
    ['[::1]:7001', '[::1]:7001'],
  ])('%j is read as %s', (input, address) => {
    expect(parseAddress(input)).toBe(address);
  });

  test('a bare port takes another default host, in brackets if that has colons', () => {
    expect(parseAddress(7001, '10.0.0.1')).toBe('10.0.0.1:7001');
    expect(parseAddress(7001, '::1')).toBe('[::1]:7001');
  });

  test.each([
    '',
    '0',
    0,
    65536,
    -1,
    1.5,
    NaN,
    'host',
    ':7001',
    'host:',
    'a:b:1',
    '::1:7001',
    'h:65536',
    'h h:1',
    'h:07001',
  ])('%j is refused with one clear line', (input) => {
    expect(() => parseAddress(input)).toThrow(/^not an address: ".*" \(expected a port, or host:port\)$/);
  });

  test('a refusal quotes no more than the start of a long input', () => {
    expect(() => parseAddress('x'.repeat(5000))).toThrow(/^.{0,150}$/);
  });

  test('has one spelling: a port has no leading zeros', () => {
    expect(isAddress('h:7001')).toBe(true);
    expect(isAddress('h:07001')).toBe(false);
  });

  test('is never longer than its bound', () => {
    expect(isAddress(`${'a'.repeat(253)}:65535`)).toBe(true);
    expect(`${'a'.repeat(253)}:65535`).toHaveLength(MAX_ADDRESS_LENGTH);
    expect(isAddress(`${'a'.repeat(254)}:65535`)).toBe(false);
  });

  test('every valid host and port survive joining, recognising, reading and splitting', () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
    fc.assert(
      fc.property(host, fc.integer({ min: 1, max: 65535 }), (name, port) => {
        const address = joinAddress(name, port);
        expect(isAddress(address)).toBe(true);
        expect(parseAddress(address)).toBe(address);
        expect(splitAddress(address)).toEqual({ host: name.includes(':') ? `[${name}]` : name, port });
      }),
    );
  });

  test('recognising never throws, and agrees with reading', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string()), (value) => {
        if (isAddress(value)) expect(parseAddress(value)).toBe(value);
      }),
    );
  });
});
