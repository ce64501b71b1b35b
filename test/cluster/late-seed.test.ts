/** A node whose seed is not there yet. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { aloneLines, linesOf } from '../processes/log-lines.ts';
import { gossip } from '../processes/real-network.ts';
import { eventually } from '../support.ts';

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
