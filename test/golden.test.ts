/**
 * Golden conversations, in the way of etcd/raft's testdata: each file of `test/golden` holds commands and, under each
 * and a rule, the whole transcript of what the nodes then said. `UPDATE_GOLDEN=1 npx vitest run test/golden.test.ts`
 * writes the transcripts anew and keeps the commands: read the difference as prose before you commit it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Conversation } from './conversation.ts';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'golden');
const RULE = '----';
const isUpdate = process.env['UPDATE_GOLDEN'] === '1';

/** Keeps remarks and commands of a golden file and writes each command's transcript under it. */
function played(text: string): string {
  const conversation = new Conversation();
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const isCommand = line.startsWith('> ');
    if (!isCommand && !line.startsWith('#') && line !== '') continue;
    if (line === '' && (lines.length === 0 || lines.at(-1) === '')) continue;
    lines.push(line);
    if (!isCommand) continue;
    const transcript = conversation.perform(line.slice(2).trim());
    if (transcript.length > 0) lines.push(RULE, ...transcript, '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

describe('the conversation', () => {
  test.each(
    readdirSync(FOLDER)
      .filter((name) => name.endsWith('.txt'))
      .filter((name) => name.endsWith('.txt')),
  )('%s', (name) => {
    const path = join(FOLDER, name);
    const golden = readFileSync(path, 'utf8');
    const now = played(golden);
    if (isUpdate) writeFileSync(path, now);
    else expect(now).toBe(golden);
  });
});
