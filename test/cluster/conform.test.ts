/** Each claim has a wrong node, which fails that claim and no other of its level; ours is right. */
import { describe, expect, test } from 'vitest';
import { startBriefNode } from '../wrong-nodes/brief-node.ts';
import { startOurNode, type Fault } from '../wrong-nodes/our-wrong-node.ts';
import { WRONG_BRIEF_NODES } from '../wrong-nodes/wrong-brief-nodes.ts';
import { WRONG_FULL_NODES } from '../wrong-nodes/wrong-full-nodes.ts';
import { WRONG_HOSTILE_NODES } from '../wrong-nodes/wrong-hostile-nodes.ts';
import { WRONG_LINK_NODES } from '../wrong-nodes/wrong-link-nodes.ts';
import { startBookNode } from '../../src/books/book-node.ts';
import { type Level, type Verdict } from '../../src/conform/claim.ts';
import { claimsOf, runConform } from '../../src/conform/run-conform.ts';

/** Those that did not pass, with why. */
async function complaints(node: string, level: Level): Promise<Partial<Verdict>[]> {
  const here = { node, host: '127.0.0.1', advertise: '127.0.0.1' };
  const verdicts = await runConform({ ...here, levels: [level], port: 0, newsMs: 3000, patienceMs: 1000 });
  return verdicts.filter(({ result }) => result !== 'passed').map(({ says: _, section: __, ...rest }) => rest);
}

describe.concurrent('brief', () => {
  test('each claim has a wrong node', () => {
    expect(Object.keys(WRONG_BRIEF_NODES)).toEqual(claimsOf('brief').map(({ id }) => id));
  });

  test.for(Object.entries(WRONG_BRIEF_NODES))(
    'the wrong node of %s fails that claim and no other',
    { timeout: 40_000 },
    async ([id, fault], { expect, onTestFinished }) => {
      const node = await startBriefNode(fault);
      onTestFinished(node.stop);
      expect(await complaints(node.address, 'brief')).toEqual([expect.objectContaining({ id, result: 'failed' })]);
    },
  );

  test('a right node passes', async ({ expect, onTestFinished }) => {
    const node = await startBriefNode({});
    onTestFinished(node.stop);
    expect(await complaints(node.address, 'brief')).toEqual([]);
  });

  test('ours passes', { timeout: 40_000 }, async ({ expect, onTestFinished }) => {
    const node = await startBookNode({ port: 0, books: ['Emma', 'Dune'], resampleMs: 500 });
    onTestFinished(() => node.close());
    expect(await complaints(node.gossip.address, 'brief')).toEqual([]);
  });
});

const OUR_WRONG_NODES: readonly (readonly [Level, Readonly<Record<string, Fault>>])[] = [
  ['full', WRONG_FULL_NODES],
  ['links', WRONG_LINK_NODES],
  ['hostile', WRONG_HOSTILE_NODES],
];

describe.each(OUR_WRONG_NODES)('%s', (level, faults) => {
  test('each claim has a wrong node', () => {
    expect(Object.keys(faults)).toEqual(claimsOf(level).map(({ id }) => id));
  });

  test.concurrent('ours passes', { timeout: 60_000 }, async ({ expect, onTestFinished }) => {
    const node = await startOurNode({});
    onTestFinished(() => node.stop());
    expect(await complaints(node.self, level)).toEqual([]);
  });

  test.concurrent.for(Object.entries(faults))(
    'the wrong node of %s fails that claim and no other',
    { timeout: 60_000 },
    async ([id, fault], { expect, onTestFinished }) => {
      const node = await startOurNode(fault);
      onTestFinished(() => node.stop());
      expect(await complaints(node.self, level)).toEqual([expect.objectContaining({ id, result: 'failed' })]);
    },
  );
});
