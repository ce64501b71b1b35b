/** Networks of processes that share a keyring. */
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { idsIn, keys, rotateKeys } from '../rotation.ts';
import { call, eventually } from '../support.ts';
import { allKnowAll, gossip, startNode, temporaryDirectory } from './real-network.ts';

test('three nodes with a keyring agree; a fourth without it is locked out, and learns nothing', async () => {
  const keyring = join(temporaryDirectory(), 'keys.json');
  await keys('new', keyring);
  const seed = await startNode('--keyring', keyring);
  const nodes = [
    seed,
    await startNode('--keyring', keyring, '-b', seed.port),
    await startNode('--keyring', keyring, '-b', seed.port),
  ];
  await allKnowAll(nodes);
  const outsider = await startNode('-b', seed.port);
  await eventually('it is refused', () => seed.process.stdout.includes('a request must be signed'));
  await eventually('it says so', () => outsider.process.stdout.includes('what listens there wants a keyring'));
  expect((await outsider.state())?.records.map(({ origin }) => origin)).toEqual([outsider.address]);
  for (const node of nodes) expect(await node.favoriteOf(outsider.address)).toBeUndefined();
  expect(seed.process.stdout).toContain('closed: only what a key of its keyring has signed is believed; no guests');
  // No key is to be found in anything that they say.
  const [text = ''] = JSON.parse(readFileSync(keyring, 'utf8')) as string[];
  const told = [
    ...nodes.map(({ process }) => process.stdout + process.stderr),
    ...(await Promise.all(['/state/', '/metrics', '/health/'].map((path) => call(seed.address, 'GET', path)))).map(
      (answer) => answer.text,
    ),
  ];
  for (const words of told) expect(words).not.toContain(text.slice(0, 16));
});

test(
  'the key of five processes is changed under steady news while one stands still: nothing is lost',
  () => rotateKeys(5, 3000),
  60_000,
);

test('a keyring is made, added to, used and taken from by commands; what they cannot do they say in one line', async () => {
  const keyring = join(temporaryDirectory(), 'keys.json');
  const refused = async (...args: readonly string[]) => {
    const { code, stderr } = await gossip(...args).ended;
    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    return stderr.trimEnd();
  };
  await keys('new', keyring);
  expect(statSync(keyring).mode & 0o777).toBe(0o600);
  const [first = ''] = await idsIn(keyring);
  expect(await refused('keys', 'new', keyring)).toContain('there is something of that name already');
  expect(await refused('keys', 'remove', keyring, first)).toBe(
    `gossip: ${first} is the only key of ${keyring}: add another one before`,
  );
  await keys('add', keyring);
  const second = (await idsIn(keyring))[1] ?? '';
  expect(await refused('keys', 'remove', keyring, first)).toBe(`gossip: ${first} signs: use another key before`);
  expect(await keys('use', keyring, second.slice(0, 8))).toBe(`${keyring}: signs with ${second}\n`);
  await keys('remove', keyring, first);
  expect(await idsIn(keyring)).toEqual([second]);
  const other = join(temporaryDirectory(), 'keys.json');
  await keys('new', other);
  await keys('add', keyring, '--from', other);
  expect(await idsIn(keyring)).toEqual([second, ...(await idsIn(other))]);
  expect(await refused('keys', 'use', keyring, 'nothing')).toContain(`has no key nothing; it has ${second}, `);
  chmodSync(keyring, 0o644);
  expect(await refused('--keyring', keyring)).toBe(
    `gossip: keyring ${keyring}: may be read by others (mode 0644): chmod 600 ${keyring}`,
  );
  expect(await refused('--keyring', join(keyring, 'none'))).toContain('cannot be read');
});
