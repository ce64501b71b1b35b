/** A process that stands still for some seconds or half a minute, and goes on. */
import { expect, test } from 'vitest';
import { eventually } from '../support.ts';
import { allKnowAll, startNode, startStar, statusesOf, type RealNode } from '../processes/real-network.ts';

test('a network of processes does not call a process down that is paused for five seconds', async () => {
  const nodes = await startStar(5);
  await allKnowAll(nodes);
  const [paused, ...others] = nodes.reverse() as [RealNode, ...RealNode[]];
  const downs: string[] = [];
  process.kill(paused.process.pid, 'SIGSTOP');
  const until = Date.now() + 8000;
  setTimeout(() => process.kill(paused.process.pid, 'SIGCONT'), 5000);
  await eventually(
    'eight seconds pass',
    async () => {
      downs.push(...(await statusesOf(paused, others)).filter((status) => status === 'down').map(String));
      return Date.now() >= until;
    },
    12_000,
  );
  expect(downs).toEqual([]);
  await paused.setFavorite('Sleeping Beauty');
  await allKnowAll(nodes);
});

test('a process that stood still for thirty seconds is known to be alive again within seconds, and calls nobody down', async () => {
  const seed = await startNode();
  const nodes = [seed, ...(await Promise.all(Array.from({ length: 7 }, () => startNode('-b', seed.port))))];
  await allKnowAll(nodes);
  const paused = nodes[3]!;
  process.kill(paused.process.pid, 'SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, 30_000));
  process.kill(paused.process.pid, 'SIGCONT');
  await eventually(
    'all call all alive',
    async () => {
      const states = await Promise.all(nodes.map((node) => node.state()));
      return states.every(
        (state) => state?.records.length === 8 && state.records.every(({ status }) => status === 'alive'),
      );
    },
    5000,
  );
  await paused.setFavorite('Sleeping Beauty');
  await seed.setFavorite('Awakenings');
  await allKnowAll(nodes, 3000);
  expect(nodes.every(({ process: { child } }) => child.exitCode === null)).toBe(true);
}, 90_000);
