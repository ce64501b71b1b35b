import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  digestOf,
  hmacSha256,
  isSignedBy,
  readSignature,
  signatureBase,
  signatureFields,
  type Component,
} from './message-signatures.ts';

describe('the published test vectors', () => {
  test('RFC 9421 appendix B.2.5: signing a request using hmac-sha256', () => {
    const shared = 'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==';
    const components: Component[] = [
      ['"date"', 'Tue, 20 Apr 2021 02:07:55 GMT'],
      ['"@authority"', 'example.com'],
      ['"content-type"', 'application/json'],
    ];
    const input = '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"';
    const base = signatureBase(components, input);
    expect(base).toBe(
      [
        '"date": Tue, 20 Apr 2021 02:07:55 GMT',
        '"@authority": example.com',
        '"content-type": application/json',
        '"@signature-params": ("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
      ].join('\n'),
    );
    const key = createSecretKey(Buffer.from(shared, 'base64'));
    expect(hmacSha256(base, key)).toBe('pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=');
  });

  test('RFC 9530: the digest of a content', () => {
    expect(digestOf('{"hello": "world"}\n')).toBe('sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:');
    expect(digestOf('')).toBe('sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:');
  });
});

const key = createSecretKey(Buffer.alloc(32, 1));
const components: Component[] = [
  ['"@method"', 'POST'],
  ['"@path"', '/gossip/'],
];
const identifiers = components.map(([identifier]) => identifier);
const parameters = { created: 1_700_000_000, nonce: 'n'.repeat(22), keyid: 'abc' };
const fields = signatureFields(components, parameters, key);

describe('a signature', () => {
  test('is read as it was written', () => {
    const read = readSignature(fields['signature-input'], fields.signature, identifiers);
    expect(read).toMatchObject(parameters);
    expect(read && isSignedBy(read, components, key)).toBe(true);
  });

  test('with any other character anywhere is not read, or is wrong', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('signature-input' as const, 'signature' as const),
        fc.nat(),
        fc.integer({ min: 32, max: 126 }),
        (name, place, code) => {
          const at = place % fields[name].length;
          const changed = fields[name].slice(0, at) + String.fromCharCode(code) + fields[name].slice(at + 1);
          fc.pre(changed !== fields[name]);
          const both: Record<string, string> = { ...fields, [name]: changed };
          const read = readSignature(both['signature-input'], both['signature'], identifiers);
          return read === undefined || !isSignedBy(read, components, key);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['another algorithm', fields['signature-input'].replace('hmac-sha256', 'ed25519')],
    ['no algorithm', fields['signature-input'].replace(';alg="hmac-sha256"', '')],
    ['no time', fields['signature-input'].replace(/;created=\d+/, '')],
    ['fewer components', fields['signature-input'].replace(' "@path"', '')],
    ['components in another order', fields['signature-input'].replace('"@method" "@path"', '"@path" "@method"')],
    ['another label', fields['signature-input'].replace('gossip=', 'sig1=')],
    ['a second one beside it', `${fields['signature-input']}, sig1=("@method");created=1`],
    ['none', undefined],
  ])('with %s is none of ours', (_, input) => {
    expect(readSignature(input, fields.signature, identifiers)).toBeUndefined();
  });
});
