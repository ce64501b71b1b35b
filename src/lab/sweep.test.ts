import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RunPool } from './run-pool.ts';
import { headOf } from './sweep-plan.ts';
import { sweep, type SweepEnd } from './sweep.ts';

const HEAD = headOf({
  ...{ name: 'failing', description: '', version: '0.0.0', command: 'gossip sweep', warmUpUpdates: 0 },
  base: { nodes: 5, workload: { favorites: false, updates: 1 } },
  grids: [new Map([['ttl', [4, 8]]])],
  seeds: [1, 2, 3],
  ...{ maxRuns: 100, jobs: 2 },
});

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sweep-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** With threads that do this with a run of TTL 8 and seed 2, and else are done at once. */
function sweepWhere(oneRun: string): Promise<SweepEnd> {
  const filename = join(folder, 'worker.mjs');
  writeFileSync(
    filename,
    `export default ({ scenario }) => {
      if (scenario.seed === 2 && scenario.parameters.ttl === 8) { ${oneRun} }
      return { measures: { updates: 1 }, timesToAllMs: [1], pushedToAllMs: [1] };
    };`,
  );
  const poolFor = (runs: number) => new RunPool(Math.min(2, runs), { filename: pathToFileURL(filename).href });
  return sweep(join(folder, 'results'), HEAD, poolFor, new Promise<void>(() => undefined), () => undefined);
}

describe('a run that fails', () => {
  test.each([
    ['throws', `throw new Error('no such peer');`, 'no such peer'],
    ['throws no error', `throw 'words';`, 'words'],
    ['ends its thread', 'process.exit(3);', 'its thread ended with code 3'],
    ['ends its thread later', 'setTimeout(() => process.exit(3)); return new Promise(() => {});', 'code 3'],
    [
      'throws outside of its call',
      `setTimeout(() => { throw new Error('late'); }); return new Promise(() => {});`,
      'late',
    ],
  ])('because it %s is told with setting and seed, and all others are done', async (_how, oneRun, words) => {
    const { failures, rows, isWhole } = await sweepWhere(oneRun);
    expect(failures).toEqual([expect.stringMatching(/^setting 2 \(ttl 8\), seed 2: /)]);
    expect(failures[0]).toContain(words);
    expect([rows.length, isWhole]).toEqual([5, false]);
    expect(rows.some(({ setting, seed }) => setting === 2 && seed === 2)).toBe(false);
  });

  test('is made up for when the sweep goes on', async () => {
    await sweepWhere(`throw new Error('this time');`);
    const { failures, rows, isWhole } = await sweepWhere('');
    expect([failures, rows.length, isWhole]).toEqual([[], 6, true]);
  });
});

test.each([2, 8])('threads that cannot start end the sweep with the reason: %i of them', async (threads) => {
  const poolFor = () => new RunPool(threads, { filename: pathToFileURL(join(folder, 'none.mjs')).href });
  const never = new Promise<void>(() => undefined);
  await expect(sweep(join(folder, 'results'), HEAD, poolFor, never, () => undefined)).rejects.toThrow(/none\.mjs/);
});
