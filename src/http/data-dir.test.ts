import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../../test/free-port.ts';
import { eventually, nodesOfThisFile } from '../../test/support.ts';
import { DataDir } from './data-dir.ts';
import { UnusableDataDir } from './unusable-data-dir.ts';

const SELF = '127.0.0.1:7001';
const REMEMBERED = {
  self: SELF,
  version: 7,
  records: [{ payload: { book: 'Emma by Jane Austen' } }],
  members: ['127.0.0.1:7002'],
};
const start = nodesOfThisFile();
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gossip-data-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('a data directory', () => {
  test('gives back what was saved, also in a directory that was not there', async () => {
    const deeper = join(directory, 'a', 'b');
    const dataDir = new DataDir(deeper, SELF);
    expect(await dataDir.load()).toEqual({});
    await dataDir.save(() => REMEMBERED);
    expect(await new DataDir(deeper, SELF).load()).toEqual({ remembered: REMEMBERED });
  });

  test('is shared by nodes without their meeting', async () => {
    const others = ['127.0.0.1:7002', '[::1]:7001', 'a-b.example:7001'];
    for (const self of others) await new DataDir(directory, self).save(() => ({ ...REMEMBERED, self }));
    for (const self of others) {
      expect((await new DataDir(directory, self).load()).remembered).toEqual({ ...REMEMBERED, self });
    }
  });

  test('keeps the last of many saves at one time, whole, and leaves nothing else behind', async () => {
    const dataDir = new DataDir(directory, SELF);
    const saves = Array.from({ length: 30 }, (_, i) => dataDir.save(() => ({ ...REMEMBERED, version: i })));
    expect(new Set(saves).size, 'writes that wait').toBeLessThanOrEqual(2);
    await Promise.all(saves);
    expect((await new DataDir(directory, SELF).load()).remembered?.version).toBe(29);
    expect(await readdir(directory)).toEqual(['127.0.0.1_7001.json']);
  });

  test.each([
    ['half a file', '{"self":"127.0.0.1:7001","ver'],
    ['an empty file', ''],
    ['another shape', '{"version":-1}'],
    ['a key of 65 characters', JSON.stringify({ ...REMEMBERED, records: [{ key: 'x'.repeat(65), payload: 1 }] })],
  ])('sets %s aside with a warning, and starts without memory', async (_name, text) => {
    const file = join(directory, '127.0.0.1_7001.json');
    await writeFile(file, text);
    const { remembered, warning } = await new DataDir(directory, SELF).load();
    expect(remembered).toBeUndefined();
    expect(warning).toContain(`${file} is damaged: set aside as ${file}.damaged-`);
    const [aside = ''] = await readdir(directory);
    expect(await readFile(join(directory, aside), 'utf8')).toBe(text);
    expect(await new DataDir(directory, SELF).load()).toEqual({});
  });

  test('forgets members that are no addresses', async () => {
    const dataDir = new DataDir(directory, SELF);
    await dataDir.save(() => ({ ...REMEMBERED, members: ['nonsense', '127.0.0.1:99999', '127.0.0.1:7002'] }));
    expect((await dataDir.load()).remembered?.members).toEqual(['127.0.0.1:7002']);
  });

  test.each(['file', 'file/below'])('that cannot be one (%s) is one clear error', async (path) => {
    await writeFile(join(directory, 'file'), '');
    const loading = new DataDir(join(directory, path), SELF).load();
    await expect(loading).rejects.toThrow(UnusableDataDir);
    await expect(loading).rejects.toThrow(
      /^cannot use the data directory \S+: (?:there is something of that name already|a part of its path is no folder)$/,
    );
  });

  test('whose file cannot be read is one clear error', async () => {
    await mkdir(join(directory, '127.0.0.1_7001.json'));
    await expect(new DataDir(directory, SELF).load()).rejects.toThrow(/: it is a folder$/);
  });
});

describe('a node with a data directory', () => {
  test('goes on with its version, its records and its members', async () => {
    const seed = await start({ books: ['Dune'] });
    const port = await freePort();
    const first = await start({ port, books: ['Emma', 'Ulysses'], join: [seed.self], dataDir: directory });
    await eventually('a link', () => first.snapshot().peers.length === 1);
    first.publish({ book: 'Dracula' });
    const { records, version } = first.snapshot();
    await first.stop();
    const second = await start({ port, books: ['Emma', 'Ulysses'], dataDir: directory });
    await eventually('the seed again', () => second.snapshot().peers.includes(seed.self));
    const own = second.snapshot().records.find(({ origin }) => origin === second.self);
    expect(own?.payload).toEqual(records.find(({ origin }) => origin === first.self)?.payload);
    expect(own?.version).toBeGreaterThan(version);
  });

  test('warns and goes on when it cannot write any more', async () => {
    const warnings: string[] = [];
    const node = await start({ dataDir: join(directory, 'gone'), warn: (warning) => warnings.push(warning) });
    await rm(join(directory, 'gone'), { recursive: true });
    node.publish({ book: 'Emma' });
    await eventually('a warning', () => warnings.length > 0);
    expect(warnings[0]).toMatch(/^cannot write the data directory: /);
    expect(node.snapshot().version).toBe(1);
  });
});
