/** `gossip keys new | add | use | remove | list`: changes of a keyring's file. What they print are ids. */
import { newKeyText, readKey } from '../keyring/cluster-key.ts';
import { createKeyringFile, readKeyTexts, replaceKeyringFile } from '../keyring/keyring-file.ts';
import { UnusableKeyring } from '../keyring/unusable-keyring.ts';
import type { KeysAddOptions, KeysListOptions } from './keys-options.ts';
import { endWithOutput } from './output.ts';
import { UsageError } from './usage-error.ts';

export function makeKeyring(file: string): Promise<void> {
  return withKeyring(async () => {
    const [key] = await createKeyringFile(file);
    tell([`${file}: a keyring with the new key ${key?.id}`]);
  });
}

export function addKeys(file: string, { from }: KeysAddOptions): Promise<void> {
  return withKeyring(async () => {
    const texts = readKeyTexts(file);
    const added = (from === undefined ? [newKeyText()] : readKeyTexts(from)).filter((text) => !texts.includes(text));
    if (added.length > 0) await replaceKeyringFile(file, [...texts, ...added]);
    tell(
      added.length === 0
        ? [`${file}: has all keys of ${from} already`]
        : added.map((text) => `${file}: accepts the ${from === undefined ? 'new key' : 'key'} ${idOf(text)} as well`),
    );
  });
}

export function useKey(file: string, id: string): Promise<void> {
  return withKeyring(async () => {
    const texts = readKeyTexts(file);
    const chosen = find(file, texts, id);
    if (chosen !== texts[0]) await replaceKeyringFile(file, [chosen, ...texts.filter((text) => text !== chosen)]);
    tell([`${file}: signs with ${idOf(chosen)}`]);
  });
}

export function removeKey(file: string, id: string): Promise<void> {
  return withKeyring(async () => {
    const texts = readKeyTexts(file);
    const chosen = find(file, texts, id);
    if (texts.length === 1) throw new UsageError(`${idOf(chosen)} is the only key of ${file}: add another one before`);
    if (chosen === texts[0]) throw new UsageError(`${idOf(chosen)} signs: use another key before`);
    await replaceKeyringFile(
      file,
      texts.filter((text) => text !== chosen),
    );
    tell([`${file}: accepts ${idOf(chosen)} no longer`]);
  });
}

export function listKeys(file: string, { json }: KeysListOptions): Promise<void> {
  return withKeyring(() => {
    const ids = readKeyTexts(file).map(idOf);
    tell(
      json ? [JSON.stringify({ keys: ids })] : ids.map((id, index) => `${id}  ${index === 0 ? 'signs' : 'accepted'}`),
    );
    return Promise.resolve();
  });
}

function find(file: string, texts: readonly string[], id: string): string {
  const found = texts.filter((text) => idOf(text).startsWith(id));
  const [one] = found;
  if (one !== undefined && found.length === 1 && id !== '') return one;
  const ids = texts.map(idOf).join(', ');
  throw new UsageError(`${file} has ${found.length > 1 ? 'more than one key' : 'no key'} ${id}; it has ${ids}`);
}

function idOf(text: string): string {
  return readKey(text)?.id ?? '';
}

function tell(lines: readonly string[]): void {
  endWithOutput();
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** What is wrong with a file is for its user to mend. */
export async function withKeyring<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw error instanceof UnusableKeyring ? new UsageError(error.message) : error;
  }
}
