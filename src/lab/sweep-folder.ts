/** The folder that a sweep's results go to where nobody names one: other sweeps have other folders, the same one has the same. */
import { createHash } from 'node:crypto';

/** A file name has 255 bytes; a sweep's own name has at most 100 of them. */
const MAX_SAID = 100;

/**
 * @param name of the sweep file or the scenario; `undefined` where there is neither
 * @param said what the command line says beside it: `degree=4,8`, `seeds=5`
 */
export function sweepFolderOf(name: string | undefined, said: readonly string[]): string {
  const words = [...(name === undefined ? [] : [name.replaceAll(/[^\w-]+/g, '-')]), ...safe(said.join('-'))];
  return ['sweep', ...(words.length === 0 ? ['default'] : words)].join('-');
}

/** What is cut or cannot be in a file name everywhere is told apart by a hash of all of it. */
function safe(text: string): string[] {
  if (text === '') return [];
  const kept = text.replaceAll(/[^\w.,=+-]+/g, '-').slice(0, MAX_SAID);
  return kept === text ? [kept] : [kept, createHash('sha256').update(text).digest('hex').slice(0, 8)];
}
