import { describe, expect, test } from 'vitest';
import { crossSiteRefusal, hostRefusal } from './browser-guard.ts';

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
    expect(hostRefusal({ host }, [bound], bound === '0.0.0.0')).toBeUndefined();
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
    expect(hostRefusal({ host }, [bound], bound === '0.0.0.0')).toBeTypeOf('string');
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
  });

  test('our own page, and a program, may read', () => {
    expect(crossSiteRefusal(OWN)).toBeUndefined();
    expect(crossSiteRefusal({ host: OWN.host })).toBeUndefined();
    expect(crossSiteRefusal({ ...OWN, origin: 'https://localhost:8080' }, true)).toBeUndefined();
  });
});
