/** Pages that show what a command prints show what it prints. After a wanted change: UPDATE_GOLDEN=1. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { gossip } from './real-network.ts';

const PAGE = 'docs/simulator.md';
/** How long it took is about the machine. */
const EXAMPLE = /(?<=^## How to read the summary\n\n```\n).*?(?= events in [^\n]+\n```$)/ms;

test('the summary in docs/simulator.md is that of gossip sim', async () => {
  const { code, stdout } = await gossip('sim').ended;
  expect(code).toBe(0);
  const printed = stdout.slice(0, stdout.indexOf(' events in '));
  const page = readFileSync(PAGE, 'utf8');
  if (process.env['UPDATE_GOLDEN'] !== undefined)
    writeFileSync(
      PAGE,
      page.replace(EXAMPLE, () => printed),
    );
  else expect(EXAMPLE.exec(page)?.[0]).toBe(printed);
});
