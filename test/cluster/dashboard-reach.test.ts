/** What `gossip dashboard --connect` says of nodes that die or stand still under it. */
import { describe, expect, test } from 'vitest';
import { dashboardOf, open, reachable } from '../processes/dashboard-process.ts';
import { startChain } from '../processes/real-network.ts';
import { eventually } from '../support.ts';

describe('gossip dashboard --connect', () => {
  test('says of a killed and of a frozen node that it cannot reach them, and no more than that', async () => {
    const nodes = await startChain(3);
    const [, killed, frozen] = nodes as [(typeof nodes)[0], (typeof nodes)[0], (typeof nodes)[0]];
    const page = await open(await dashboardOf('--connect', nodes[0]?.port ?? 0));
    await eventually('all are reached', () => reachable(page).length === 3, 15_000);
    await killed.process.kill('SIGKILL');
    await eventually('the killed one is not', () => !reachable(page).includes(killed.address));
    frozen.process.child.kill('SIGSTOP');
    await eventually('the frozen one is not', () => !reachable(page).includes(frozen.address), 20_000);
    const reasons = page.of('reach').filter(({ isReachable }) => !isReachable);
    expect(reasons.find(({ node }) => node === frozen.address)?.reason).toBe('it does not answer');
    expect(page.events.filter(({ type }) => type === 'stopped' || type === 'paused')).toEqual([]);
    frozen.process.child.kill('SIGCONT');
    await eventually('it is back', () => reachable(page).includes(frozen.address), 15_000);
  });
});
