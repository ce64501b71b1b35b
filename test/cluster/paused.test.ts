/** A process that stands still for half a minute, and comes back. */
import { expect, test } from 'vitest';
import { eventually } from '../support.ts';
import { allKnowAll, startNode } from '../processes/real-network.ts';

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
