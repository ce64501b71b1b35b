/** The walk by experiment (docs/experiments.md), typed from top to bottom in one empty folder. Four minutes. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { commandsOf } from '../doc-commands.ts';
import { COMMAND } from '../processes/real-network.ts';

/** What a busy machine decides is an answer, too: exit code 1 says that an objective or an aim was missed. */
const MAY_ANSWER_NO = /^gossip (?:recommend|agree) /;

describe('the walk by experiment', { timeout: 400_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'gossip-walk-'));
  const folder = join(directory, 'empty');
  mkdirSync(folder);
  const command = join(directory, 'gossip');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${resolve(COMMAND)}' "$@"\n`);
  chmodSync(command, 0o755);
  const env = { ...process.env, PATH: `${directory}${delimiter}${process.env['PATH']}` };
  afterAll(() => rmSync(directory, { recursive: true }));

  test.each(commandsOf('docs/experiments.md'))('%s', (line) => {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', line], { cwd: folder, env, encoding: 'utf8' });
    const isAnswered = status === 0 || (status === 1 && MAY_ANSWER_NO.test(line));
    expect([isAnswered, stderr]).toEqual([true, expect.not.stringMatching(/^gossip: /m)]);
    expect(stdout).not.toBe('');
  });
});
