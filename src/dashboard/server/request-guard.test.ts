import { describe, expect, test } from 'vitest';
import { actionRefusal, isJson, RateLimit, TOKEN_HEADER } from './request-guard.ts';

const OWN = { host: 'localhost:8080', origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' };

test.each([
  ['another origin', { ...OWN, origin: 'http://evil.example' }],
  ['another port, by the browser’s word', { host: OWN.host, 'sec-fetch-site': 'same-site' }],
])('an action is refused with the right token: %s', (_name, headers) => {
  expect(actionRefusal({ ...headers, [TOKEN_HEADER]: 'token' }, 'token')).toBe('asked for by another site');
});

describe('an action', () => {
  test('takes the token', () => {
    expect(actionRefusal({ ...OWN, [TOKEN_HEADER]: 'token' }, 'token')).toBeUndefined();
    expect(actionRefusal(OWN, 'token')).toBeTypeOf('string');
    expect(actionRefusal({ ...OWN, [TOKEN_HEADER]: 'tokem' }, 'token')).toBeTypeOf('string');
    expect(actionRefusal({ ...OWN, [TOKEN_HEADER]: '' }, 'token')).toBeTypeOf('string');
  });

  test('takes an origin', () => {
    expect(actionRefusal({ host: OWN.host, [TOKEN_HEADER]: 'token' }, 'token')).toBe('no Origin');
  });

  test('is JSON, and nothing that a form can send', () => {
    expect(isJson('application/json')).toBe(true);
    expect(isJson('application/json; charset=utf-8')).toBe(true);
    for (const type of [undefined, 'text/plain', 'application/x-www-form-urlencoded', 'text/plain; application/json'])
      expect(isJson(type)).toBe(false);
  });
});

test('a rate limit lets a burst through, then so many a second', () => {
  let now = 0;
  const limit = new RateLimit(2, 3, () => now);
  expect([1, 2, 3, 4].map(() => limit.take())).toEqual([true, true, true, false]);
  now += 500;
  expect([limit.take(), limit.take()]).toEqual([true, false]);
  now += 3_600_000;
  expect([1, 2, 3, 4].map(() => limit.take())).toEqual([true, true, true, false]);
});
