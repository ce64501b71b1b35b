import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LEVELS } from './claim.ts';
import { claimsOf } from './run-conform.ts';

/** As a heading is linked to. */
function anchorOf(section: string): string {
  return section
    .toLowerCase()
    .replaceAll(/[^a-z ]/g, '')
    .replaceAll(' ', '-');
}

describe('the documentation', () => {
  const page = readFileSync('docs/conform.md', 'utf8').replaceAll('\\_', '_');
  const headings = readFileSync('docs/protocol.md', 'utf8').matchAll(/^#+ (.*)$/gm);
  const sections = new Set([...headings].map(([, heading]) => heading));

  test.each(LEVELS)('names every claim of %s, and the section that asks for it', (level) => {
    expect(page.match(new RegExp(`^- \`${level}/`, 'gm'))).toHaveLength(claimsOf(level).length);
    for (const { id, says, section } of claimsOf(level)) {
      expect(sections).toContain(section);
      expect(page).toContain(`- \`${id}\`: ${says} ([${section}](protocol.md#${anchorOf(section)}))`);
    }
  });
});
