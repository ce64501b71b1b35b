/**
 * What a node remembers over a restart: its version and its own records, so that it goes on counting where it stopped,
 * and the members it knew, so that it finds the network again without a seed.
 */
import { access, constants, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAddress, type Address } from '../core/index.ts';
import { wordsOfSystemError } from '../trace/system-error.ts';
import type { Remembered } from './schemas.ts';
import { UnusableDataDir } from './unusable-data-dir.ts';
import { copiers, validators } from './validators.ts';

export class DataDir {
  private readonly file: string;
  /** The last write that was asked for. */
  private saving: Promise<void> = Promise.resolve();
  /** That one, until it begins. */
  private waiting: Promise<void> | undefined;
  private latest: (() => Remembered) | undefined;

  constructor(
    private readonly directory: string,
    self: Address,
  ) {
    this.file = join(directory, `${self.replaceAll(/[^A-Za-z0-9.-]/g, '_')}.json`);
  }

  /**
   * Reads what was remembered. A damaged file is set aside under another name, never trusted and never deleted.
   *
   * @returns what was remembered, if anything, and a warning for the log, if one is due
   * @throws {UnusableDataDir} when the directory cannot be made, read or written
   */
  async load(): Promise<{ remembered?: Remembered; warning?: string }> {
    try {
      await mkdir(this.directory, { recursive: true });
      await access(this.directory, constants.R_OK | constants.W_OK | constants.X_OK);
      return await this.read();
    } catch (error) {
      throw new UnusableDataDir(`cannot use the data directory ${this.directory}: ${wordsOfSystemError(error)}`);
    }
  }

  private async read(): Promise<{ remembered?: Remembered; warning?: string }> {
    let text: string;
    try {
      text = await readFile(this.file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw error;
    }
    const remembered = parse(text);
    if (remembered !== undefined) return { remembered };
    const aside = `${this.file}.damaged-${Date.now()}`;
    await rename(this.file, aside);
    return { warning: `${this.file} is damaged: set aside as ${aside}, starting without memory` };
  }

  /**
   * Writes atomically, one write after the other: what comes while one is under way shares the next.
   *
   * @param read called when the write begins
   */
  save(read: () => Remembered): Promise<void> {
    this.latest = read;
    const write = (): Promise<void> => {
      this.waiting = undefined;
      return this.write(`${JSON.stringify(this.latest?.())}\n`);
    };
    this.waiting ??= this.saving = this.saving.then(write, write);
    return this.waiting;
  }

  /**
   * Into a file beside it, which takes its place when it is on the disk. Not by write-file-atomic, which ends a process that is told to stop
   * meanwhile and listens by `once`: the node would say no goodbye.
   */
  private async write(text: string): Promise<void> {
    const beside = `${this.file}.new`;
    try {
      const file = await open(beside, 'w');
      await file
        .writeFile(text)
        .then(() => file.sync())
        .finally(() => file.close());
      await rename(beside, this.file);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
  }
}

function parse(text: string): Remembered | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!validators.remembered(value)) return undefined;
    const remembered = copiers.remembered(value) as Remembered;
    return { ...remembered, members: remembered.members.filter(isAddress) };
  } catch {
    return undefined;
  }
}
