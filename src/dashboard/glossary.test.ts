import { expect, test } from 'vitest';
import { GLOSSARY, glossaryPage } from './glossary.ts';

test('docs/glossary.md is what the page says', async () => {
  await expect(glossaryPage()).toMatchFileSnapshot('../../docs/glossary.md');
});

test('each word is there once, in the order of the alphabet', () => {
  const names = GLOSSARY.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)].sort((a, b) => a.localeCompare(b, 'en')));
  expect(new Set(GLOSSARY.map(({ id }) => id)).size).toBe(GLOSSARY.length);
});
