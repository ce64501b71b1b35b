/** What an operating system's error says, in words that need no table of its codes. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file or folder'],
  ['ENOTDIR', 'a part of its path is no folder'],
  ['EISDIR', 'it is a folder'],
  ['EEXIST', 'there is something of that name already'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'it is not permitted'],
  ['EROFS', 'its file system can only be read'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the quota is used up'],
  ['EFBIG', 'the file is too large'],
  ['EIO', 'the device failed'],
  ['EMFILE', 'too many files are open'],
  ['ENFILE', 'too many files are open'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['ELOOP', 'its links go in a circle'],
  ['EINVAL', 'it cannot be used that way'],
  ['ENXIO', 'there is no such device'],
  ['EPIPE', 'its reader has gone'],
]);

export function wordsOfSystemError(error: unknown): string {
  const { code = '', message } = error as { readonly code?: string; readonly message?: string };
  return WORDS.get(code) ?? message ?? String(error);
}

/** @returns `undefined` unless it is an error of the operating system, which names a path at best */
export function lineOfSystemError(error: unknown): string | undefined {
  const { code, syscall, path } = error as { readonly [name in 'code' | 'syscall' | 'path']?: string };
  if (code === undefined || syscall === undefined || !WORDS.has(code)) return undefined;
  return path === undefined ? wordsOfSystemError(error) : `${path}: ${wordsOfSystemError(error)}`;
}
