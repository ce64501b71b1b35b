/** `gossip conform` as a command: nodes that were written from the brief alone, its output and its exit codes. */
import { spawn, spawnSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { startBriefNode } from '../wrong-nodes/brief-node.ts';
import { WRONG_BRIEF_NODES } from '../wrong-nodes/wrong-brief-nodes.ts';
import { gossip } from './real-network.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const GUESTS: readonly (readonly [string, readonly string[]])[] = [
  ['guest.mjs', [process.execPath, 'examples/guest.mjs']],
  ...(hasPython ? ([['guest.py', ['python3', 'examples/guest.py']]] as const) : []),
];

test.each(GUESTS)(
  '%s, which knows only the brief, passes brief and has no more',
  async (_, [command = '', file = '']) => {
    const [port, bootstrap] = [await freePort(), await freePort()];
    const child = spawn(command, [file, '-p', String(port), '-b', String(bootstrap)], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const { code, stdout } = await gossip('conform', port, '--level', 'brief', '--port', bootstrap, '--json').ended;
    const report = JSON.parse(stdout) as { claims: { id: string; result: string }[] };
    expect(report.claims.filter(({ result }) => result !== 'passed')).toEqual([]);
    expect(report).toMatchObject({ address: `127.0.0.1:${port}`, levels: ['brief'], failed: 0, skipped: 0 });
    expect(code).toBe(0);
  },
);

test('of a claim that fails it says what was sent and what came back', async () => {
  const node = await startBriefNode(WRONG_BRIEF_NODES['brief/ttl-counts-down'] ?? {});
  onTestFinished(node.stop);
  const { code, stdout } = await gossip('conform', node.address, '--level', 'brief').ended;
  expect(stdout).toMatch(/^✓ brief\/floods +News that one peer tells is told to every other peer\.$/m);
  expect(stdout).toMatch(/^✗ brief\/ttl-counts-down .*\n {4}expected {3}ttl 3\n {4}sent {7}POST \/gossip\/ \{/m);
  expect(stdout).toMatch(/^15 claims: 1 failed, 14 passed, in [\d.]+ s\n$/m);
  expect(stdout).not.toContain('\u001b');
  expect(code).toBe(1);
});

test.each([
  [['--level', 'brave', '7001'], /^gossip: .*brave.*\n$/],
  [['no port'], /^gossip: .*no port.*\n$/],
  [['10.0.0.7:7001'], /^gossip: 10\.0\.0\.7:7001 cannot reach peers at 127\.0\.0\.1: give --host and --advertise.*\n$/],
  [[], /^gossip: .*address.*\n$/],
])('wrong usage is one line and exit code 2: conform %j', async (args, line) => {
  const { code, stderr } = await gossip('conform', ...args).ended;
  expect(stderr).toMatch(line);
  expect(code).toBe(2);
});
