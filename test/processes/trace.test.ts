import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gossip, gossipWithInput } from './real-network.ts';

const directory = mkdtempSync(join(tmpdir(), 'gossip-trace-test-'));
const TRACE = join(directory, 'trace.jsonl');
/** Those of an update that is published five seconds after the cut, and replaced by nothing before it is healed. */
const UPDATE = ['--update', 76];

beforeAll(async () => {
  await gossip('sim', 'partition-and-heal', '--trace', TRACE).ended;
});

afterAll(() => rmSync(directory, { recursive: true }));

describe('gossip trace', () => {
  test('lists the updates of a trace, with how far each came', async () => {
    const { code, stdout, stderr } = await gossip('trace', TRACE, '--last', 3).ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^60 nodes, [\d,]+ events from 0.000 s to 1(?:19.\d+|20.000) s, 156 updates\n\n {2,}# {2}uuid/,
    );
    expect(stdout).toMatch(/\n {2}156 {2}….{8} {2}n35\/5 +69.000 s +60\/60 /);
    expect(stdout).toMatch(/\n {2}… and 153 before these: --last 156\n$/);
  });

  test('draws the tree of one, as text and as a picture', async () => {
    const tree = await gossip('trace', TRACE, ...UPDATE).ended;
    expect(tree.stdout.split('\n').filter((line) => /^ +\+.* n\d+$|[├└]─n\d+/.test(line)).length).toBe(60);
    expect(tree.stdout).toMatch(/\d+ copies: .*59 first.*\nall that run have it/);
    const svg = join(directory, 'tree.svg');
    const { code, stderr } = await gossip('trace', TRACE, ...UPDATE, '--svg', svg).ended;
    expect([code, stderr]).toEqual([0, `gossip: drawn in ${svg}\n`]);
    expect(readFileSync(svg, 'utf8').match(/<title>/g)?.length).toBe(60);
  });

  test('says why a node had it not at a moment, from a file and from standard input', async () => {
    const args = [...UPDATE, '--why', 'n4', '--at', '28s'];
    const { code, stdout } = await gossip('trace', TRACE, ...args).ended;
    expect(code).toBe(0);
    expect(stdout.replaceAll('\n', ' ')).toMatch(
      /At 28\.000 s: n4 has no copy: the only one sent to it, by n17 at 25\.\d+ s, was lost to the partition\./,
    );
    const input = readFileSync(TRACE, 'utf8');
    expect((await gossipWithInput(input, 'trace', '-', ...args).ended).stdout).toBe(stdout);
    const json = JSON.parse((await gossip('trace', TRACE, ...args, '--json').ended).stdout) as object;
    expect(json).toMatchObject({ reason: { kind: 'lost', node: 'n4:7000', copies: [{ reason: 'partition' }] } });
  });

  test('--timeline and --json tell of the same deliveries', async () => {
    const { stdout } = await gossip('trace', TRACE, ...UPDATE, '--timeline', '--json').ended;
    const { deliveries } = JSON.parse(stdout) as { deliveries: { at: number }[] };
    expect(deliveries.length).toBe(60);
    const chart = (await gossip('trace', TRACE, ...UPDATE, '--timeline').ended).stdout;
    const counts = [...chart.matchAll(/^ +\+[\d.]+ m?s █+ +(\d+) /gm)].map(([, count]) => Number(count));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(60);
  });

  test.each([
    [['--update', 'zz'], 'gossip: no update is called zz: there are #156 (n35/5), '],
    [[...UPDATE, '--why', 'n999'], 'gossip: no node n999 in this trace: there are n0, '],
    [[...UPDATE, '--at', '24s'], 'gossip: #76 was published only at 25.000 s'],
    [['--timeline'], 'gossip: which of 156 updates? --update 1, for example'],
  ])('says in one line what is wrong with %j', async (args, complaint) => {
    const { code, stderr } = await gossip('trace', TRACE, ...args).ended;
    expect(code).toBe(2);
    expect(stderr).toContain(complaint);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
  });

  test('names the line that is no event, and leaves out one that was cut short', async () => {
    const line = '{"time":1,"node":"a:1","type":"started"}\n';
    const bad = join(directory, 'bad.jsonl');
    writeFileSync(bad, `${line}oops\n`);
    const { code, stderr } = await gossip('trace', bad).ended;
    expect([code, stderr]).toEqual([2, `gossip: ${bad}, line 2 is not JSON: oops\n`]);
    const partial = join(directory, 'short.jsonl.partial');
    writeFileSync(partial, `${line}{"time":2,"no`);
    const cut = await gossip('trace', partial).ended;
    expect([cut.code, cut.stderr]).toEqual([0, 'gossip: line 2 is cut short: left out\n']);
    expect(existsSync(partial)).toBe(true);
    expect((await gossip('trace', join(directory, 'none')).ended).stderr).toContain('there is no such file or folder');
  });
});
