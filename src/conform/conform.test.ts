/** Each claim has a wrong node, which fails that claim and no other of its level; ours is right. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startBriefNode } from '../../test/wrong-nodes/brief-node.ts';
import { startOurNode, type Fault } from '../../test/wrong-nodes/our-wrong-node.ts';
import { WRONG_BRIEF_NODES } from '../../test/wrong-nodes/wrong-brief-nodes.ts';
import { WRONG_FULL_NODES } from '../../test/wrong-nodes/wrong-full-nodes.ts';
import { WRONG_HOSTILE_NODES } from '../../test/wrong-nodes/wrong-hostile-nodes.ts';
import { WRONG_LINK_NODES } from '../../test/wrong-nodes/wrong-link-nodes.ts';
import { startNode } from '../library/start-node.ts';
import { LEVELS, type Level, type Verdict } from './claim.ts';
import { claimsOf, runConform } from './run-conform.ts';

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
    const node = await startNode({ port: 0, books: ['Emma', 'Dune'], resampleMs: 500 });
    onTestFinished(() => node.stop());
    expect(await complaints(node.self, 'brief')).toEqual([]);
  });
});

/** As a heading is linked to. */
function anchorOf(section: string): string {
  return section
    .toLowerCase()
    .replaceAll(/[^a-z ]/g, '')
    .replaceAll(' ', '-');
}

describe('the documentation', () => {
  const page = readFileSync('docs/conform.md', 'utf8').replaceAll(/ +\|/g, ' |').replaceAll('\\_', '_');
  const headings = readFileSync('docs/protocol.md', 'utf8').matchAll(/^#+ (.*)$/gm);
  const sections = new Set([...headings].map(([, heading]) => heading));

  test.each(LEVELS)('names every claim of %s, and the section that asks for it', (level) => {
    expect(page.match(new RegExp(`^\\| \`${level}/`, 'gm'))).toHaveLength(claimsOf(level).length);
    for (const { id, says, section } of claimsOf(level)) {
      expect(sections).toContain(section);
      expect(page).toContain(`| \`${id}\` | ${says} | [${section}](protocol.md#${anchorOf(section)}) |`);
    }
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
