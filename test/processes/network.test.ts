import { describe, expect, test } from 'vitest';
import { eventually } from '../support.ts';
import { allKnowAll, startChain, startNode, temporaryDirectory, type RealNode } from './real-network.ts';

/** Sets a favourite at one node and waits until the others have it. */
async function spreads(from: RealNode, to: readonly RealNode[], book: string): Promise<void> {
  await from.setFavorite(book);
  await eventually(
    `all know that ${from.address} likes ${book}`,
    async () => (await Promise.all(to.map((node) => node.favoriteOf(from.address)))).every((known) => known === book),
    15_000,
  );
}

describe('a network of processes', () => {
  test('joined one by one knows the favourites of all, and so does a late joiner', async () => {
    const nodes = await startChain(5);
    await allKnowAll(nodes);
    await spreads(nodes[4] as RealNode, nodes.slice(0, 4), 'Solaris by Stanisław Lem');
    const late = await startNode('-b', (nodes[2] as RealNode).port);
    await allKnowAll([...nodes, late], 5000);
  });

  test('goes on when its seed is killed', async () => {
    const [seed, ...rest] = (await startChain(5)) as [RealNode, ...RealNode[]];
    await allKnowAll([seed, ...rest]);
    await seed.process.kill('SIGKILL');
    await spreads(rest[0] as RealNode, rest.slice(1), 'Dubliners by James Joyce');
    await spreads(rest[3] as RealNode, rest.slice(0, 3), 'Middlemarch by George Eliot');
  });

  test('sees a node that is told to end as left, within two seconds', async () => {
    const nodes = await startChain(3);
    await allKnowAll(nodes);
    const leaver = nodes[1] as RealNode;
    const asked = Date.now();
    const { code, stderr } = await leaver.process.kill('SIGTERM');
    expect([code, stderr]).toEqual([0, '']);
    expect(Date.now() - asked).toBeLessThan(2000);
    await eventually('others see it as left', async () => {
      const states = await Promise.all(nodes.filter((node) => node !== leaver).map((node) => node.state()));
      return states.every((state) =>
        state?.records.some(({ origin, status }) => origin === leaver.address && status === 'left'),
      );
    });
  });

  test.each([
    ['without memory', () => []],
    ['with a data directory', () => ['--data-dir', temporaryDirectory()]],
  ])('believes a node that was killed and is back on its port %s', async (_name, options) => {
    const [seed, other] = (await startChain(2)) as [RealNode, RealNode];
    const args = [...options(), '-b', seed.port];
    const first = await startNode(...args);
    for (const book of ['Emma', 'Dune', 'Ulysses']) await spreads(first, [seed, other], book);
    const before = (await first.state())?.version ?? 0;
    await first.process.kill('SIGKILL');
    const second = await startNode('-p', first.port, ...args);
    await spreads(second, [seed, other], 'Walden by Henry David Thoreau');
    expect((await second.state())?.version).toBeGreaterThan(before);
    await allKnowAll([seed, other, second]);
  });

  test('finds itself again without a seed when a node remembers its members', async () => {
    const directory = temporaryDirectory();
    const seed = await startNode();
    const first = await startNode('-b', seed.port, '--data-dir', directory);
    await allKnowAll([seed, first]);
    await first.setFavorite('Emma by Jane Austen');
    await first.process.kill('SIGTERM');
    const second = await startNode('-p', first.port, '--data-dir', directory);
    expect(await second.favorite()).toBe('Emma by Jane Austen');
    await allKnowAll([seed, second]);
  });

  test('chooses new favourites by itself', async () => {
    const node = await startNode('--resample-ms', 100);
    await eventually('a tenth favourite', async () => ((await node.state())?.version ?? 0) >= 10);
  });
});
