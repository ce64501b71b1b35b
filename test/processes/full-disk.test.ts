/** Output that cannot be written is no success: every command, and a node that goes on without its log. Linux has a full disk. */
import { existsSync, mkdirSync, openSync, symlinkSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { call, eventually } from '../support.ts';
import { expectOneLine, FULL, FULL_LINE, run, type Args } from './full-disk.ts';
import { COMMAND, temporaryDirectory } from './real-network.ts';

const INIT = '{"src":"c1","dest":"n0","body":{"type":"init","msg_id":1,"node_id":"n0","node_ids":["n0"]}}\n';

function traceIn(directory: string): string {
  const file = join(directory, 'trace.jsonl');
  expect(run(['sim', 'first-rumor', '--trace', file]).status).toBe(0);
  return file;
}

function sweepIn(directory: string): string {
  const folder = join(directory, 'sweep');
  expect(run(['sweep', '--vary', 'nodes=20', '--seeds', 1, '--out', folder]).status).toBe(0);
  return folder;
}

describe.skipIf(!existsSync(FULL))('on a full disk', { timeout: 120_000 }, () => {
  test.each<[string, (directory: string, port: number) => Args, string?]>([
    ['--help', () => ['--help']],
    ['--version', () => ['--version']],
    ['help sim', () => ['help', 'sim']],
    ['sim', () => ['sim', 'first-rumor']],
    ['sim --json', () => ['sim', 'first-rumor', '--json']],
    ['sim --trace -', () => ['sim', 'first-rumor', '--trace', '-']],
    ['sim --list', () => ['sim', '--list']],
    ['sweep', (directory) => ['sweep', '--vary', 'nodes=20', '--seeds', 1, '--out', join(directory, 'sweep')]],
    ['sweep --list', () => ['sweep', '--list']],
    ['report', (directory) => ['report', sweepIn(directory)]],
    ['recommend', () => ['recommend', '-n', 10, '--reliability', 0.5, '--budget', '2s']],
    ['trace', (directory) => ['trace', traceIn(directory)]],
    ['step', () => ['step', 'examples/tie.jsonl']],
    ['dashboard', (_, port) => ['dashboard', '--connect', port, '--port', 0]],
    ['maelstrom', () => ['maelstrom'], INIT],
  ])('%s says so in one line and exits with 1', async (_name, args, input) => {
    expectOneLine(args(temporaryDirectory(), await freePort(2)), input);
  });

  test.each<[string, (directory: string) => Args, RegExp]>([
    [
      'sim --trace',
      () => ['sim', 'first-rumor', '--trace', FULL],
      /^gossip: cannot write \/dev\/full: the disk is full\n$/,
    ],
    [
      'trace --svg',
      (directory) => ['trace', traceIn(directory), '--update', '#1', '--svg', FULL],
      /^gossip: cannot write \/dev\/full: the disk is full\n$/,
    ],
    [
      'report',
      (directory) => {
        mkdirSync(join(directory, 'out'));
        symlinkSync(FULL, join(directory, 'out', 'report.html'));
        return ['report', sweepIn(directory), '--out', join(directory, 'out')];
      },
      /^gossip: cannot write \S+out: the disk is full\n$/,
    ],
    [
      'sweep --out',
      () => ['sweep', '--vary', 'nodes=20', '--seeds', 1, '--out', FULL],
      /^gossip: cannot write \/dev\/full: /,
    ],
  ])('a file or folder of %s is the same', (_name, args, line) => {
    const { status, stderr } = run(args(temporaryDirectory()));
    expect([status, stderr]).toEqual([1, expect.stringMatching(line)]);
  });

  test.each<[string, Args, number]>([
    ['a result', ['sim', 'first-rumor'], 0],
    ['wrong usage', ['clustr'], 2],
    ['a result on stderr', ['sim', 'first-rumor', '--trace', '-'], 1],
  ])('stderr for %s changes the exit code only where the result goes there', (_name, args, code) => {
    expect(run(args, 'stderr').status).toBe(code);
  });

  test('a node goes on without its log, says so once and counts the lines', async () => {
    const port = await freePort();
    const node = spawn(process.execPath, [COMMAND, '-p', String(port), '--resample-ms', '20'], {
      stdio: ['ignore', openSync(FULL, 'w'), 'pipe'],
    });
    let stderr = '';
    node.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const lost = async (): Promise<number> => {
      const { text } = await call(`127.0.0.1:${port}`, 'GET', '/metrics').catch(() => ({ text: '' }));
      return Number(/^gossip_log_lines_lost_total (\d+)$/m.exec(text)?.[1] ?? 0);
    };
    await eventually('some lines are lost', async () => (await lost()) > 5, 15_000);
    expect(stderr).toBe(`gossip: ${FULL_LINE}; the node goes on without its log\n`);
    const ended = new Promise((resolve) => node.once('close', resolve));
    node.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});
