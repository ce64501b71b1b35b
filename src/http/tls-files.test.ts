import { chmodSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { testAuthority } from '../../test/authority.ts';
import { nodesOfThisFile } from '../../test/support.ts';
import { exposureOf, readTls, type TlsOptions } from './tls-files.ts';

const start = nodesOfThisFile();
const DAY_MS = 86_400_000;
afterEach(() => void vi.useRealTimers());

async function files(): Promise<TlsOptions> {
  return (await testAuthority()).certify(['10.0.0.7', 'node.example']);
}

describe('what a node is given for TLS', () => {
  test('is read from files, or taken as it is', async () => {
    const given = await files();
    const read = readTls(given, '10.0.0.7');
    expect(read.cert).toBe(readFileSync(given.cert, 'utf8'));
    expect(readTls(read, 'node.example')).toEqual(read);
    expect(readTls(read)).toEqual(read);
  });

  test.each<[string, (given: TlsOptions) => [TlsOptions, string], RegExp]>([
    [
      'a missing file',
      (given) => [{ ...given, ca: '/nowhere' }, '10.0.0.7'],
      /^tls\.ca: cannot read \/nowhere: there is no such/,
    ],
    [
      'a key for a certificate',
      (given) => [{ ...given, cert: given.key }, '10.0.0.7'],
      /^tls\.cert: .*-key\.pem has no certificate in PEM$/,
    ],
    [
      'a certificate for a key',
      (given) => [{ ...given, key: given.cert }, '10.0.0.7'],
      /^tls\.key: .*\.pem is no private key in PEM/,
    ],
    [
      'another host',
      (given) => [given, '10.0.0.8'],
      /^tls\.cert: it is for IP Address:10\.0\.0\.7, DNS:node\.example, and not for 10\.0\.0\.8$/,
    ],
    ['a name that is only like one in it', (given) => [given, 'x.node.example'], /and not for x\.node\.example$/],
    [
      'half a certificate',
      (given) => [{ ...given, ca: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----' }, '10.0.0.7'],
      /^tls\.ca: what was given has a certificate that cannot be read$/,
    ],
  ])('is refused with one line: %s', async (_name, wrong, line) => {
    const [options, host] = wrong(await files());
    expect(() => readTls(options, host)).toThrow(line);
  });

  test('is refused where it does not belong together', async () => {
    const [one, other] = [await files(), await files()];
    expect(() => readTls({ ...one, key: other.key })).toThrow(/^tls\.key: .* is not the key of the certificate$/);
    expect(() => readTls({ ...one, ca: other.ca })).toThrow(
      'tls.cert: its issuer is neither in tls.cert nor in tls.ca',
    );
  });

  test('is refused before and after its time', async () => {
    const given = await files();
    vi.useFakeTimers({ now: Date.now() + 2 * DAY_MS });
    expect(() => readTls(given)).toThrow(/^tls\.cert: it has expired on /);
    vi.setSystemTime(Date.now() - 4 * DAY_MS);
    expect(() => readTls(given)).toThrow(/^tls\.cert: it is not valid before /);
  });

  test('keeps a node from starting, in the words of the library', async () => {
    await expect(start({ tls: await files() })).rejects.toThrow(/^tls\.cert: it is for .*, and not for 127\.0\.0\.1$/);
    for (const tls of [
      { cert: 'a', key: 'b' },
      'a',
      { cert: 'a', key: 'b', ca: '' },
      { cert: 'a', key: 'b', ca: 'c', crl: 'd' },
    ])
      await expect(start({ tls: tls as TlsOptions })).rejects.toThrow(
        /^tls: expected \{ cert, key, ca \}, each a file or PEM, got /,
      );
  });
});

test('a key that every user may read is told of', async () => {
  const given = await files();
  expect(exposureOf(given)).toBeUndefined();
  expect(exposureOf(readTls(given))).toBeUndefined();
  chmodSync(given.key, 0o644);
  expect(exposureOf(given)).toBe(`tls.key: every user of this machine may read ${given.key}: chmod 600 ${given.key}`);
});
