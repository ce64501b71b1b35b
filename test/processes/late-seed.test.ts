/** Nodes whose seed is not there yet, or is no machine at all. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { eventually } from '../support.ts';
import { gossip, type Running } from './real-network.ts';

interface Line {
  readonly msg: string;
  readonly level: number;
  readonly time: number;
  readonly reason?: string;
  readonly failures?: number;
}

const linesOf = ({ stdout }: Running): Line[] =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
const aloneLines = (node: Running) => linesOf(node).filter(({ msg }) => msg.startsWith('alone'));

test('a seed that starts ten seconds late is joined within three seconds after it is up, and the log says why until then', async () => {
  const [port, seedPort] = [await freePort(), await freePort()];
  const node = gossip('-p', port, '-b', seedPort, '--no-tui');
  await sleep(10_000);
  const seed = gossip('-p', seedPort, '--no-tui');
  await eventually('the seed listens', () => linesOf(seed).some(({ msg }) => msg === 'listening'));
  const upAt = Date.now();
  await eventually('joined', () => linesOf(node).some(({ msg }) => msg === 'peerUp'), 3000);
  expect(Date.now() - upAt).toBeLessThan(3000);
  expect(aloneLines(node)).toMatchObject([{ level: 30, reason: 'ECONNREFUSED', failures: 1 }]);
}, 30_000);

test('a name that cannot be resolved is told in one line', async () => {
  const node = gossip('-p', await freePort(), '-b', 'no-such-host.invalid:7000', '--no-tui');
  const [line] = await eventually('the line', () => aloneLines(node).length > 0 && aloneLines(node));
  expect(line).toMatchObject({ level: 30, failures: 1 });
  expect(line?.reason).toMatch(/^(?:ENOTFOUND|EAI_AGAIN)$/);
  await sleep(3000);
  expect(aloneLines(node)).toHaveLength(1);
}, 30_000);
