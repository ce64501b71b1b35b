import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support.ts';
import { gossip, gossipWithInput, temporaryDirectory } from './real-network.ts';

/** A run that goes on for longer than any test waits. */
const ENDLESS = ['sim', '--nodes', 200, '--duration', '100h', '--updates', 3];

function fileOf(text: string): string {
  const file = join(temporaryDirectory(), 'scenario.json');
  writeFileSync(file, text);
  return file;
}

describe('gossip sim', () => {
  test('prints a summary, with theory beside what was measured', async () => {
    const { code, stdout, stderr } = await gossip('sim', 'graph-flood', '--nodes', 100).ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^graph-flood: 100 nodes, flood, seed 7; 20 updates in 45 s of virtual time\n/);
    expect(stdout).toMatch(/ {2}coverage +100 % /);
    expect(stdout).toMatch(/ {2}payload per update +701 +701 +2E − N \+ 1 of 400 links;/);
    expect(stdout).toMatch(/\n[\d,]+ events in .+ MiB\n$/);
  });

  test('--json prints one object with the measures by their names', async () => {
    const args = ['kill-ten', '--nodes', 40, '--seed', 3, '--strategy', 'random', '--fanout', 3, '--ttl', 9, '--json'];
    const { code, stdout, stderr } = await gossip('sim', ...args).ended;
    expect([code, stderr]).toEqual([0, '']);
    const run = JSON.parse(stdout) as Record<string, unknown>;
    const given = {
      name: 'kill-ten',
      nodes: 40,
      seed: 3,
      strategy: 'random',
      fanout: 3,
      ttl: 9,
      updates: 10,
      live: 30,
    };
    expect(run).toMatchObject(given);
    const measures = ['coverage', 'lastDeliveryHop', 'payloadPerUpdate', 'redundancy', 'controlPerUpdate'];
    const simulator = ['events', 'eventsPerSecond', 'wallMs', 'peakRssMiB', 'traceHash'];
    expect(Object.keys(run)).toEqual(
      expect.arrayContaining([...measures, 'bytesPerUpdate', 'falsePositives', ...simulator]),
    );
    expect(run['traceHash']).toMatch(/^[0-9a-f]{16}$/);
  });

  test('--trace writes the same file twice, and another one for another seed', async () => {
    const directory = temporaryDirectory();
    const trace = async (name: string, seed: number): Promise<string> => {
      const file = join(directory, name);
      const { code } = await gossip('sim', 'first-rumor', '--seed', seed, '--trace', file).ended;
      expect([code, existsSync(`${file}.partial`)]).toEqual([0, false]);
      return readFileSync(file, 'utf8');
    };
    const first = await trace('a', 1);
    expect(await trace('b', 1)).toBe(first);
    expect(await trace('c', 2)).not.toBe(first);
    const lines = first.trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as { time: number; node: string; type: string });
    expect(events[0]).toEqual({ time: 0, node: 'n0:7000', type: 'started' });
    expect(events.every(({ time }, i) => time >= (events[i - 1]?.time ?? 0))).toBe(true);
  });

  test('--trace - puts the trace on stdout and the summary on stderr', async () => {
    const { code, stdout, stderr } = await gossip('sim', 'first-rumor', '--trace', '-').ended;
    expect(code).toBe(0);
    for (const line of stdout.trimEnd().split('\n')) expect(line).toMatch(/^\{"time":\d+,"node":"n\d+:7000","type":/);
    expect(stderr).toMatch(/^first-rumor: 20 nodes/);
  });

  test('ends when the reader of its trace goes away', async () => {
    const run = gossip(...ENDLESS, '--trace', '-');
    await eventually('some of it', () => run.stdout.length > 100_000, 15_000);
    run.child.stdout?.destroy();
    expect((await run.ended).code).toBe(0);
  });

  test('reads a scenario from standard input', async () => {
    const run = gossipWithInput('{"name": "piped", "nodes": 5}', 'sim', '-', '--json');
    const { stdout, stderr } = await run.ended;
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ name: 'piped', nodes: 5 });
  });

  test('lists what is shipped', async () => {
    const { code, stdout } = await gossip('sim', '--list').ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^chain-join +\S/);
    expect(stdout).toMatch(/^kill-half +Half of all nodes die/m);
  });

  test('Ctrl-C ends it: measured so far, the trace clearly partial, exit code 130', async () => {
    const file = join(temporaryDirectory(), 'trace.jsonl');
    const run = gossip(...ENDLESS, '--json', '--trace', file);
    await eventually('some trace', () => existsSync(`${file}.partial`) && statSync(`${file}.partial`).size > 0, 15_000);
    const { code, stdout, stderr } = await run.kill('SIGINT');
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ nodes: 200, durationMs: 360_000_000 });
    expect(JSON.parse(stdout)).toHaveProperty('stoppedAtMs');
    expect(stderr).toMatch(/^gossip: SIGINT at \d+ ms of virtual time: .+\.partial\n$/);
    expect(existsSync(file)).toBe(false);
    expect(readFileSync(`${file}.partial`, 'utf8')).toMatch(/\}\n$/);
  });
});

describe('docs/simulator.md', () => {
  const text = readFileSync('docs/simulator.md', 'utf8');
  const commands = [...text.matchAll(/^gossip (sim.*?) *(?:#.*)?$/gm)].map(([, args = '']) => args);

  test.each(commands)('gossip %s runs as written', async (args) => {
    const { code, stdout } = await gossip(...args.split(/ +/)).ended;
    expect([code, stdout.length > 0]).toEqual([0, true]);
  });

  test('shows a scenario that runs', async () => {
    const [, scenario] = /```json\n([^]*?)```/.exec(text) ?? [];
    const { code, stdout } = await gossipWithInput(scenario, 'sim', '-').ended;
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^standard input: 50 nodes \(40 at the end\)/)]);
  });

  const [, example = ''] = /```ts\n([^]*?)```/.exec(text) ?? [];

  test('shows how the library is used', () => {
    // Within this package its own name leads to what was built.
    const stdout = execFileSync(process.execPath, ['--input-type=module', '-e', example], { encoding: 'utf8' });
    const [first = '', ...verdicts] = stdout.trimEnd().split('\n');
    expect(first).toMatch(/^coverage 1, half of all verdicts after \d+ ms$/);
    expect(verdicts).toHaveLength(3 * 27);
  });

  test('shows it with types that hold where there is nothing of Node', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'example.ts'), example);
    writeFileSync(join(directory, 'of-node.ts'), 'export const id: number = process.pid;\n');
    const compilerOptions = {
      ...{ lib: ['es2023', 'webworker'], types: [], target: 'es2023', module: 'esnext', moduleResolution: 'bundler' },
      ...{ strict: true, noEmit: true, paths: { 'gossip/sim': [resolve('dist/lib/sim.d.mts')] } },
    };
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    const { stdout } = spawnSync('node_modules/.bin/tsc', ['-p', directory], { encoding: 'utf8' });
    expect(stdout.trimEnd()).toMatch(/^[^\n]*of-node\.ts\(1,27\): error [^\n]*'process'[^\n]*$/);
  });
});

describe('gossip sim refuses with one line and exit code 2:', () => {
  test.each<[string, (string | number)[], RegExp]>([
    [
      'a file that is not there',
      ['/nowhere/x.json'],
      /cannot read \/nowhere\/x\.json: there is no such file or folder$/m,
    ],
    ['a name that is not shipped', ['kill-hlaf'], /is called kill-hlaf; did you mean kill-half\?/],
    ['a directory', ['scenarios'], /cannot read scenarios: it is a folder$/m],
    ['too many nodes', ['--nodes', '1000001'], /whole number from 1 to 1000000/],
    ['a duration in words', ['--duration', 'long'], /Expected milliseconds, or a number with s, m or h/],
    ['a duration of nothing', ['--duration', '0'], /durationMs: expected a number from 1/],
    ['a run shorter than its faults', ['kill-half', '--duration', '5s'], /^gossip: kill-half: workload.updates: /],
    [
      'fewer nodes than it names',
      ['slow-node', '--nodes', '10'],
      /slow-node: faults\[0\]\.nodes\[1\]: expected a node/,
    ],
    ['JSON and trace on one stdout', ['--json', '--trace', '-'], /both want standard output/],
    [
      'a trace that cannot be',
      ['--trace', '/nowhere/trace'],
      /cannot write \/nowhere\/trace\.partial: there is no such file or folder$/m,
    ],
    ['a trace that is a directory', ['--trace', '/tmp'], /\/tmp is a directory/],
    ['two scenarios', ['pause', 'churn'], /too many arguments/],
  ])('%s', async (_name, args, line) => {
    const { code, stdout, stderr } = await gossip('sim', ...args).ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^gossip: [^\n]+\n$/);
    expect(stderr).toMatch(line);
  });

  test('what is not JSON, with line and column', async () => {
    const file = fileOf('{\n  "nodes": 10,\n}');
    const { code, stderr } = await gossip('sim', file).ended;
    expect([code, stderr]).toEqual([2, `gossip: ${file}:3:1: not JSON: expected a field name in quotes, found "}"\n`]);
  });

  test('a field that does not fit, by its path', async () => {
    const file = fileOf('{"faults": [{"atMs": 1, "do": "kill", "nodes": {"part": "half"}}]}');
    const { code, stderr } = await gossip('sim', file).ended;
    const line = 'faults[0].nodes.part: expected a number from 0 to 1, got "half"';
    expect([code, stderr]).toEqual([2, `gossip: ${file}: ${line}\n`]);
  });
});
