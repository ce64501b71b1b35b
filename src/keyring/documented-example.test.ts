/** What docs/protocol.md shows under "With a keyring" is what nodes say: another implementation is checked against it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readKey } from './cluster-key.ts';
import { LineSeal } from './line-seal.ts';
import { digestOf, signatureFields } from './message-signatures.ts';

const page = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
const { id, secret } = readKey('AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=')!;
const created = 1_700_000_000;

test('the signed request and its answer', () => {
  const digest = digestOf('{"from":"127.0.0.1:7002","messages":[]}');
  const asked = signatureFields(
    [
      ['"@method"', 'POST'],
      ['"@authority"', '127.0.0.1:7001'],
      ['"@path"', '/gossip/'],
      ['"content-digest"', digest],
    ],
    { created, nonce: 'cmVxdWVzdC1ub25jZS0wMQ', keyid: id },
    secret,
  );
  const answerDigest = digestOf('{"cluster":"books","messages":[]}');
  const answered = signatureFields(
    [
      ['"@status"', '200'],
      ['"content-digest"', answerDigest],
      ['"signature";req;key="gossip"', asked.signature.slice('gossip='.length)],
    ],
    { created, nonce: 'YW5zd2VyLW5vbmNlLTAwMQ', keyid: id },
    secret,
  );
  for (const [fields, contentDigest] of [[asked, digest] as const, [answered, answerDigest] as const]) {
    expect(page).toContain(
      `content-digest: ${contentDigest}\nsignature-input: ${fields['signature-input']}\nsignature: ${fields.signature}\n`,
    );
  }
});

test('the lines of a link', () => {
  const nonces = { opener: 'b3BlbmVyLW5vbmNlLTAwMQ', listener: 'bGlzdGVuZXItbm9uY2UtMQ' };
  const seal = new LineSeal(id, secret, nonces, true);
  expect(page).toContain(`\n${seal.seal('')}\n${seal.seal('{"type":"ping","request":1}')}\n`);
});
