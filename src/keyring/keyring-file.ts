/**
 * A keyring as a file: a JSON list of keys in base64, like Serf's. The first signs, all are accepted. Nobody but its owner may read it,
 * as ssh wants it of its keys: whoever reads it is of the network.
 */
import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { wordsOfSystemError } from '../trace/system-error.ts';
import { newKeyText, readKey, type ClusterKey } from './cluster-key.ts';
import { UnusableKeyring } from './unusable-keyring.ts';

/** Rotation needs two, and three where one rotation catches up with another. A guess: far above. */
const MAX_KEYS = 16;
const MAX_FILE_BYTES = 4096;
const EXPECTED = `expected a JSON list of 1 to ${MAX_KEYS} keys, each 32 bytes in base64`;

/** @throws {UnusableKeyring} */
export function readKeyTexts(file: string): readonly string[] {
  return parseTexts(file, contentOf(file));
}

/** @throws {UnusableKeyring} where it is no list of keys, or names one twice; @param name of the keyring, for people */
export function keysOf(name: string, texts: unknown): readonly ClusterKey[] {
  if (!Array.isArray(texts) || texts.length === 0 || texts.length > MAX_KEYS) refuse(name, EXPECTED);
  const keys = texts.map((text, index) => readKey(text) ?? refuse(name, `key ${index + 1}: ${EXPECTED}`));
  const again = keys.findIndex(({ id }, index) => keys.findIndex((key) => key.id === id) < index);
  if (again >= 0) refuse(name, `key ${again + 1} is there twice`);
  return keys;
}

/** Changes whenever what is in the file may have changed, or who may read it. */
export function stampOf(file: string): string {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = statSync(file);
    return [dev, ino, size, mtimeMs, ctimeMs].join(' ');
  } catch (error) {
    return wordsOfSystemError(error);
  }
}

/** A new keyring with one new key. @throws {UnusableKeyring} where there is a file already */
export async function createKeyringFile(file: string): Promise<readonly ClusterKey[]> {
  const texts = [newKeyText()];
  try {
    await writeSynced(file, texts);
  } catch (error) {
    refuse(file, `cannot be made: ${wordsOfSystemError(error)}`);
  }
  return keysOf(file, texts);
}

/** All of it or nothing, also for who reads meanwhile. @throws {UnusableKeyring} */
export async function replaceKeyringFile(file: string, texts: readonly string[]): Promise<readonly ClusterKey[]> {
  const keys = keysOf(file, texts);
  const beside = `${file}.${process.pid}.new`;
  try {
    await writeSynced(beside, texts);
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    refuse(file, `cannot be written: ${wordsOfSystemError(error)}`);
  }
  return keys;
}

async function writeSynced(file: string, texts: readonly string[]): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(texts, undefined, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function contentOf(file: string): string {
  let descriptor: number;
  try {
    // A pipe of that name would be waited for.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return refuse(file, `cannot be read: ${wordsOfSystemError(error)}`);
  }
  try {
    checkOwner(file, fstatSync(descriptor));
    const room = Buffer.alloc(MAX_FILE_BYTES + 1);
    const length = readSync(descriptor, room, 0, room.length, 0);
    if (length > MAX_FILE_BYTES) refuse(file, `is longer than ${MAX_FILE_BYTES} bytes; ${EXPECTED}`);
    return room.toString('utf8', 0, length);
  } finally {
    closeSync(descriptor);
  }
}

/** Of the file that is open: another one may have its name by now. */
function checkOwner(file: string, stats: Stats): void {
  if (!stats.isFile()) refuse(file, 'is not a file');
  // Windows has no such owners.
  const user = process.getuid?.();
  if (user === undefined) return;
  const mode = stats.mode & 0o777;
  if (stats.uid !== user && stats.uid !== 0) {
    refuse(file, `belongs to another user (uid ${stats.uid}): it must be yours or root's`);
  }
  if ((mode & 0o077) !== 0) {
    refuse(file, `may be read by others (mode 0${mode.toString(8)}): chmod 600 ${file}`);
  }
}

function parseTexts(file: string, content: string): readonly string[] {
  let texts: unknown;
  try {
    texts = JSON.parse(content);
  } catch {
    // What the parser says quotes what it read.
    refuse(file, EXPECTED);
  }
  keysOf(file, texts);
  return texts as readonly string[];
}

function refuse(name: string, what: string): never {
  throw new UnusableKeyring(`keyring ${name}: ${what}`);
}
