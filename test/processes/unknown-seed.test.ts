/** A node whose seed is no machine at all. One whose seed comes late: test/cluster. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { eventually } from '../support.ts';
import { aloneLines } from './log-lines.ts';
import { gossip } from './real-network.ts';

test('a name that cannot be resolved is told in one line', async () => {
  const node = gossip('-p', await freePort(), '-b', 'no-such-host.invalid:7000', '--no-tui');
  const [line] = await eventually('the line', () => aloneLines(node).length > 0 && aloneLines(node));
  expect(line).toMatchObject({ level: 30, failures: 1 });
  expect(line?.reason).toMatch(/^(?:ENOTFOUND|EAI_AGAIN)$/);
  await sleep(3000);
  expect(aloneLines(node)).toHaveLength(1);
}, 30_000);
