/** Output that cannot be written is no success: commands that start processes. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { expectOneLine, FULL, run, SCENARIO, type Args } from '../processes/full-disk.ts';

describe.skipIf(!existsSync(FULL))('on a full disk', { timeout: 120_000 }, () => {
  test.each<[string, (port: number) => Args, string?]>([
    ['cluster', (port) => ['cluster', '-', '--base-port', port], JSON.stringify(SCENARIO)],
    ['cluster until Ctrl-C', (port) => ['cluster', '-n', 2, '--base-port', port]],
    ['cluster --record -', (port) => ['cluster', '-n', 2, '--base-port', port, '--record', '-']],
    ['agree', (port) => ['agree', '-', '--base-port', port, '--seeds', 1], JSON.stringify(SCENARIO)],
    ['calibrate', (port) => ['calibrate', '-n', 2, '--base-port', port]],
  ])('%s says so in one line and exits with 1', async (_name, args, input) => {
    expectOneLine(args(await freePort(2)), input);
  });

  test('the file of cluster --record is the same', async () => {
    const { status, stderr } = run(['cluster', '-n', 2, '--base-port', await freePort(2), '--record', FULL]);
    const lines = /^starting .*\ngossip: cannot write \/dev\/full: the disk is full\n$/;
    expect([status, stderr]).toEqual([1, expect.stringMatching(lines)]);
  });
});
