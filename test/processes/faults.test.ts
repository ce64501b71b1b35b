/** What a network of real processes makes of deaths and restarts; of pauses: test/cluster. `npm run bench` gives the figures. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support.ts';
import { allKnowAll, startNode, startStar, statusesOf, temporaryDirectory } from './real-network.ts';

/** How many members each of the four nodes has written down. */
function membersIn(directory: string): number[] {
  const files = readdirSync(directory).filter((file) => file.endsWith('.json'));
  if (files.length < 4) return [0];
  return files.map((file) => {
    const { members } = JSON.parse(readFileSync(join(directory, file), 'utf8')) as { members: string[] };
    return members.length;
  });
}

describe('a network of processes', () => {
  test('knows who died when three of ten are killed at once, and calls nobody else down', async () => {
    const nodes = await startStar(10);
    await allKnowAll(nodes);
    const dead = nodes.slice(1, 4);
    const living = [...nodes.slice(0, 1), ...nodes.slice(4)];
    await Promise.all(dead.map((node) => node.process.kill('SIGKILL')));
    await eventually(
      'all survivors call the dead down',
      async () => {
        const said = await Promise.all(dead.map((node) => statusesOf(node, living)));
        return said.flat().every((status) => status === 'down');
      },
      15_000,
    );
    for (const node of living) expect(await statusesOf(node, living)).toEqual(living.map(() => 'alive'));
    await living[0]?.setFavorite('After the Deaths');
    await allKnowAll(living);
  });

  test('comes back from its data directories without a seed after all of it was killed', async () => {
    const directory = temporaryDirectory();
    const nodes = await startStar(4, '--data-dir', directory);
    await allKnowAll(nodes);
    await eventually('all have written whom they know', () => membersIn(directory).every((members) => members > 0));
    await Promise.all(nodes.map((node) => node.process.kill('SIGKILL')));
    const again = await Promise.all(nodes.map(({ port }) => startNode('-p', port, '--data-dir', directory)));
    await allKnowAll(again);
  });
});
