import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { keyringFile, keyringFolder } from '../../test/keyrings.ts';
import { newKeyText, readKey } from './cluster-key.ts';
import { createKeyringFile, readKeyTexts, replaceKeyringFile } from './keyring-file.ts';
import { Keyring, type KeyringSource } from './keyring.ts';

function open(source: KeyringSource) {
  const changes: (readonly string[])[] = [];
  const warnings: string[] = [];
  const keyring = new Keyring(source, {
    changed: (ids) => changes.push(ids),
    warn: (warning) => warnings.push(warning),
  });
  return { keyring, changes, warnings };
}

const idOf = (text: string): string => readKey(text)?.id ?? '';

describe('a keyring file', () => {
  test('is made with one new key, for its owner alone, and never over another', async () => {
    const file = join(keyringFolder(), 'keys.json');
    const [key] = await createKeyringFile(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(open(file).keyring.ids).toEqual([key?.id]);
    const text = readFileSync(file, 'utf8');
    await expect(createKeyringFile(file)).rejects.toThrow(`keyring ${file}: cannot be made: there is something`);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('is replaced in one piece, and leaves nothing beside it', async () => {
    const file = keyringFile();
    const texts = [newKeyText(), newKeyText()];
    await replaceKeyringFile(file, texts);
    expect(readKeyTexts(file)).toEqual(texts);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.${process.pid}.new`)).toBe(false);
  });

  test.each([0o640, 0o604, 0o660, 0o777])('that others may read is refused (mode %o)', (mode) => {
    const file = keyringFile();
    chmodSync(file, mode);
    expect(() => open(file)).toThrow(
      `keyring ${file}: may be read by others (mode 0${mode.toString(8)}): chmod 600 ${file}`,
    );
  });

  test.each([
    ['nothing', ''],
    ['no JSON', 'SECRET SECRET'],
    ['an object', '{"keys":["SECRET"]}'],
    ['an empty list', '[]'],
    ['a short key', '["U0VDUkVU"]'],
    ['a key that is spelled in another way', JSON.stringify([`${newKeyText().slice(0, 43)}`])],
    ['too many keys', JSON.stringify(Array.from({ length: 17 }, newKeyText))],
    ['one key twice', JSON.stringify(Array.from({ length: 2 }, () => 'A'.repeat(43) + '='))],
    ['more than a keyring can be', ' '.repeat(5000)],
  ])('with %s is refused in one line that shows nothing of it', (_, content) => {
    const file = keyringFile(content);
    let words = '';
    try {
      open(file);
    } catch (error) {
      words = (error as Error).message;
    }
    expect(words).toMatch(/^keyring .*: .+$/);
    expect(words).not.toMatch(/SECRET|U0VD|AAAA/);
  });

  test('that is not there, or is a folder, is refused', () => {
    const folder = keyringFolder();
    expect(() => open(join(folder, 'none'))).toThrow('cannot be read: there is no such file');
    mkdirSync(join(folder, 'inner'));
    expect(() => open(join(folder, 'inner'))).toThrow('is not a file');
  });
});

describe('a keyring', () => {
  test('takes over what changes in its file, and says so once', async () => {
    const [one, two] = [newKeyText(), newKeyText()];
    const file = keyringFile([one]);
    const { keyring, changes } = open(file);
    expect(keyring.signing.id).toBe(idOf(one));
    await replaceKeyringFile(file, [two, one]);
    keyring.freshen(0);
    keyring.freshen(5000);
    expect(changes).toEqual([[idOf(two), idOf(one)]]);
    expect(keyring.signing.id).toBe(idOf(two));
    expect(keyring.find(idOf(one))?.id).toBe(idOf(one));
  });

  test('looks once a second, and at once where it is told to', async () => {
    const file = keyringFile();
    const { keyring, changes } = open(file);
    keyring.freshen(10_000);
    await replaceKeyringFile(file, [newKeyText()]);
    keyring.freshen(10_999);
    expect(changes).toHaveLength(0);
    keyring.freshen();
    expect(changes).toHaveLength(1);
  });

  test('goes on with its keys when its file becomes unusable, and warns once', async () => {
    const file = keyringFile();
    const { keyring, warnings } = open(file);
    const ids = keyring.ids;
    writeFileSync(file, 'half of a');
    keyring.freshen(0);
    keyring.freshen(5000);
    expect(keyring.ids).toEqual(ids);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/expected a JSON list .*; this node goes on with the keys that it had$/);
    await replaceKeyringFile(file, [newKeyText()]);
    keyring.freshen(10_000);
    expect(keyring.ids).not.toEqual(ids);
  });

  test('may be an object, whose list a service changes', () => {
    const source = { keys: [newKeyText()] };
    const { keyring, changes } = open(source);
    source.keys = [newKeyText(), ...source.keys];
    keyring.freshen();
    expect(changes).toEqual([source.keys.map(idOf)]);
  });

  test('shows nothing of its keys to whoever prints it', () => {
    const text = newKeyText();
    const printed = inspect(open(keyringFile([text])).keyring, { depth: 9, showHidden: true });
    for (const form of [text, Buffer.from(text, 'base64').toString('hex')]) expect(printed).not.toContain(form);
  });
});
