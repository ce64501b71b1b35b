import { expect, it } from 'vitest';
import { compareAddresses, shortAddress } from './short-address.ts';

it('leaves out the host where it goes without saying', () => {
  expect(shortAddress('127.0.0.1:7002', '127.0.0.1')).toBe(':7002');
  expect(shortAddress('10.0.0.7:7002', '127.0.0.1')).toBe('10.0.0.7:7002');
  expect(shortAddress('[::1]:7002', '[::1]')).toBe(':7002');
});

it('orders by host, then by port as a number', () => {
  const addresses = ['b:1', 'a:10001', 'a:7002', 'a:443'];
  expect(addresses.sort(compareAddresses)).toEqual(['a:443', 'a:7002', 'a:10001', 'b:1']);
});
