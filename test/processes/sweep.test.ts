import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support.ts';
import { gossip, temporaryDirectory } from './real-network.ts';

const GRID = ['sweep', '--strategy', 'flood,plumtree', '--vary', 'nodes=60,120', '--seeds', '6'];

/** But for the last column: how long it took. */
function runsOf(folder: string): string[] {
  const lines = readFileSync(join(folder, 'runs.csv'), 'utf8').split('\n');
  return lines.map((line) => line.slice(0, line.lastIndexOf(',')));
}

describe('gossip sweep', () => {
  test('stopped by Ctrl-C keeps what it has, and the same command goes on to the same result', async () => {
    const directory = temporaryDirectory();
    const [whole, parts] = [join(directory, 'whole'), join(directory, 'parts')];
    expect((await gossip(...GRID, '--out', whole).ended).code).toBe(0);

    const first = gossip(...GRID, '--out', parts, '--jobs', 1);
    const hasSome = (): boolean => {
      try {
        return runsOf(parts).length > 4;
      } catch {
        return false;
      }
    };
    await eventually('some runs', hasSome, 30_000);
    const { code, stderr } = await first.kill('SIGINT');
    expect(code).toBe(130);
    expect(stderr).toMatch(/gossip: SIGINT: \d+ of 24 runs are in .+; go on with: gossip sweep --resume /);
    expect(runsOf(parts).length).toBeLessThan(runsOf(whole).length);

    const again = gossip('sweep', '--resume', parts, '--jobs', 1);
    const before = runsOf(parts).length;
    await eventually('some more', () => runsOf(parts).length > before, 30_000);
    const ended = await again.kill('SIGTERM');
    expect([ended.code, ended.stderr.includes('gossip: SIGTERM: ')]).toEqual([143, true]);

    const second = await gossip(...GRID, '--out', parts, '--json').ended;
    expect(second.code).toBe(0);
    expect(JSON.parse(second.stdout)).toMatchObject({ isWhole: true, runs: 24 });
    expect(runsOf(parts)).toEqual(runsOf(whole));

    const other = await gossip('sweep', '--vary', 'nodes=60', '--out', parts).ended;
    expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(/holds another sweep \(its varied differ\)/)]);
  }, 120_000);

  test.each<[string, string[], RegExp]>([
    ['too large a grid', ['--vary', 'ttl=1..200', '--vary', 'nodes=2..100'], /^gossip: 396,000 runs /],
    ['a name that is none', ['--vary', 'fanuot=3'], /did you mean fanout\?/],
    [
      'a sweep that is not shipped',
      ['first-lok'],
      /no file and no sweep is called first-lok; did you mean first-look\?/,
    ],
    ['a value that cannot be', ['--vary', 'loss=2'], /network\.loss: expected a number from 0 to 1, got 2/],
    ['nothing to go on with', ['--resume', '/nowhere'], /holds no sweep/],
    [
      'to go on with something else',
      ['--resume', '/nowhere', '--seeds', '3', '--strategy', 'flood', '--scenario', 'kill-ten', '--vary', 'ttl=3'],
      /as it was: it takes no --scenario and no --strategy and no --seeds and no --vary$/m,
    ],
    ['another sweep to go on with', ['first-look', '--resume', '/nowhere'], /it takes no sweep first-look$/m],
  ])('refuses %s with one line and exit code 2', async (_what, args, line) => {
    const { code, stdout, stderr } = await gossip('sweep', ...args).ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^gossip: [^\n]+\n$/);
    expect(stderr).toMatch(line);
  });
});

describe('gossip recommend', () => {
  test('answers with settings, the interval behind them, and how to use them on the command line, in the library and in a scenario', async () => {
    const args = ['--nodes', 20, '--reliability', 0.8, '--max-ms', 5000, '--budget', '50s', '--json'];
    const { code, stdout } = await gossip('recommend', ...args).ended;
    expect(code).toBe(0);
    const { verdict, best, use } = JSON.parse(stdout) as {
      verdict: string;
      best: {
        strategy: string;
        reliability: { value: number; interval: { low: number } };
        pushedAlone: { value: number };
      };
      use: { node: string; options: string; json: { strategy: string; parameters: { maxPeers: number } } };
    };
    expect(verdict).toBe('shown');
    expect(best.reliability.interval.low).toBeGreaterThanOrEqual(0.8);
    expect(best.pushedAlone.value).toBeLessThanOrEqual(best.reliability.value);
    expect(use.node).toContain(`--strategy ${best.strategy}`);
    expect(use.options).toContain(`strategy: '${best.strategy}'`);
    expect(use.json.strategy).toBe(best.strategy);
  });
});
