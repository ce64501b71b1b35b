/** A node at whose advertised address nobody listens. */
import { expect, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { eventually } from '../support.ts';
import { linesOf } from './log-lines.ts';
import { gossip } from './real-network.ts';

test('a node with a wrong --advertise warns that others cannot reach it, once', async () => {
  const [seedPort, port] = [await freePort(), await freePort()];
  const seed = gossip('-p', seedPort, '--no-tui');
  await eventually('the seed listens', () => linesOf(seed).some(({ msg }) => msg === 'listening'));
  const node = gossip('-p', port, '-b', seedPort, '--advertise', '127.0.0.2', '--no-tui');
  const warnings = () =>
    linesOf(node).filter(({ msg }) => msg.startsWith('others cannot reach this node at 127.0.0.2:'));
  await eventually('the warning', () => warnings().length > 0, 20_000);
  expect(warnings()).toMatchObject([{ level: 40 }]);
  expect(linesOf(seed).filter(({ msg }) => msg.startsWith('others cannot'))).toEqual([]);
}, 30_000);
