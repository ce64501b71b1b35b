/** Results that cannot be written where they were to go. */
import { lineOfSystemError, wordsOfSystemError } from '../trace/system-error.ts';
import { UsageError } from './usage-error.ts';

/** A path of which one of these is true was mistyped; all else is no fault of whoever chose it. */
const MISTYPED = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP']);

/** One line for a result that cannot be written there. */
export function unwritable(path: string, error: Error): Error {
  const line = `cannot write ${path}: ${wordsOfSystemError(error)}`;
  return MISTYPED.has((error as NodeJS.ErrnoException).code ?? '') ? new UsageError(line) : new Error(line);
}

/** @throws Error of one line where a file or folder within `path` cannot be written */
export async function writtenTo<T>(path: string, write: Promise<T>): Promise<T> {
  return write.catch((error: Error) => {
    throw lineOfSystemError(error) === undefined ? error : unwritable(path, error);
  });
}
