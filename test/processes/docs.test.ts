/** Pages show what their commands make. After a wanted change: npm run docs:figures. */
import { expect, test } from 'vitest';
import { DOCS_FIGURES } from '../../scripts/docs-figures/all.ts';
import { shownIn } from '../../scripts/docs-figures/figure.ts';

test.each(DOCS_FIGURES.filter(({ isQuick }) => isQuick))('$page shows $name as it is', async (figure) => {
  expect(shownIn(figure)).toBe(await figure.make());
});

test('every figure has its place in a page', () => {
  for (const figure of DOCS_FIGURES) expect(shownIn(figure)).not.toBe('');
});
