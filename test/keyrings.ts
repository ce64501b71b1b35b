/** Keyrings of tests: files in a folder of their own, which goes with the test. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { newKeyText } from '../src/keyring/cluster-key.ts';

export function keyringFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gossip-keyring-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** @returns its path */
export function keyringFile(texts: unknown = [newKeyText()], mode = 0o600): string {
  const file = join(keyringFolder(), 'keys.json');
  writeFileSync(file, typeof texts === 'string' ? texts : JSON.stringify(texts), { mode });
  return file;
}
