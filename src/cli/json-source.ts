/** JSON that somebody wrote: a file, one that is shipped, by its name, or standard input. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { text as readStream } from 'node:stream/consumers';
import { nearestName } from '../scenario/nearest-name.ts';
import { wordsOfSystemError } from '../trace/system-error.ts';
import { JsonError, parseJson } from './json-text.ts';
import { shippedFile } from './shipped-files.ts';
import { UsageError } from './usage-error.ts';

/** Folders of the package, what each holds, and the command that names them. */
const SHIPPED = {
  scenarios: { kind: 'scenario', list: 'gossip sim --list' },
  sweeps: { kind: 'sweep', list: 'gossip sweep --list' },
} as const;
export type ShippedFolder = keyof typeof SHIPPED;

/**
 * @returns the name to call it by in what is told of it, and what it holds
 * @throws UsageError of one line, with the place in the file
 */
export async function readJsonSource(source: string, folder: ShippedFolder): Promise<{ name: string; json: unknown }> {
  const { name, text } = await read(source, folder);
  try {
    return { name, json: parseJson(text) };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new UsageError(`${name}:${error.line}:${error.column}: not JSON: ${error.message}`);
  }
}

export async function shippedNames(folder: ShippedFolder): Promise<string[]> {
  const files = await readdir(shippedFile(folder));
  return files.flatMap((file) => (file.endsWith('.json') ? [basename(file, '.json')] : [])).sort();
}

export function shippedPath(folder: ShippedFolder, name: string): string {
  return join(shippedFile(folder), `${name}.json`);
}

async function read(source: string, folder: ShippedFolder): Promise<{ name: string; text: string }> {
  if (source === '-') return { name: 'standard input', text: await readStream(process.stdin) };
  try {
    return { name: source, text: await readFile(source, 'utf8') };
  } catch (error) {
    const isName = /^[\w-]+$/.test(source);
    if (!isName || (error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new UsageError(`cannot read ${source}: ${wordsOfSystemError(error)}`);
  }
  const names = await shippedNames(folder);
  if (names.includes(source)) return { name: source, text: await readFile(shippedPath(folder, source), 'utf8') };
  const { kind, list } = SHIPPED[folder];
  const nearest = nearestName(source, names);
  const hint = nearest === undefined ? `${list} names those that are shipped` : `did you mean ${nearest}?`;
  throw new UsageError(`no file and no ${kind} is called ${source}; ${hint}`);
}
