import { describe, expect, test } from 'vitest';
import { actionRefusal, crossSiteRefusal, hostRefusal, isJson, RateLimit, TOKEN_HEADER } from './request-guard.ts';

describe('the host that is asked for', () => {
  test.each([
    ['localhost:8080', '127.0.0.1'],
    ['LOCALHOST', '127.0.0.1'],
    ['127.0.0.1:8080', '127.0.0.1'],
    ['[::1]:8080', '127.0.0.1'],
    ['localhost:9999', '127.0.0.1'],
    ['192.0.2.7:8080', '192.0.2.7'],
    ['192.0.2.7:8080', '0.0.0.0'],
    ['box.example:8080', 'box.example'],
  ])('%s is let in where we listen on %s', (host, bound) => {
    expect(hostRefusal({ host }, bound)).toBeUndefined();
  });

  test.each([
    ['evil.example', '127.0.0.1'],
    ['localhost.evil.example', '127.0.0.1'],
    ['127.0.0.1.evil.example', '127.0.0.1'],
    ['127.evil.example', '127.0.0.1'],
    ['evil.example', '0.0.0.0'],
    ['192.0.2.7', '127.0.0.1'],
    ['localhost@evil.example', '127.0.0.1'],
    ['', '127.0.0.1'],
  ])('%s is refused where we listen on %s', (host, bound) => {
    expect(hostRefusal({ host }, bound)).toBeTypeOf('string');
  });
});

const OWN = { host: 'localhost:8080', origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' };

describe('what another site asks for', () => {
  test.each([
    ['another origin', { ...OWN, origin: 'http://evil.example' }],
    ['another port of this machine', { ...OWN, origin: 'http://localhost:3000' }],
    ['no origin worth the name', { ...OWN, origin: 'null' }],
    ['another site, by the browser’s word', { host: OWN.host, 'sec-fetch-site': 'cross-site' }],
    ['another port, by the browser’s word', { host: OWN.host, 'sec-fetch-site': 'same-site' }],
  ])('is refused: %s', (_name, headers) => {
    expect(crossSiteRefusal(headers)).toBeTypeOf('string');
    expect(actionRefusal({ ...headers, [TOKEN_HEADER]: 'token' }, 'token')).toBeTypeOf('string');
  });

  test('our own page, and a program, may read', () => {
    expect(crossSiteRefusal(OWN)).toBeUndefined();
    expect(crossSiteRefusal({ host: OWN.host })).toBeUndefined();
  });
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
