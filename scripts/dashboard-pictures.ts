/** `npm run pictures:dashboard`: the pictures of docs/pictures/ that show the dashboard, made in a headless Chromium. */
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import type { FeedMessage } from '../src/dashboard/feed.ts';
import { parseScenario, simulate } from '../src/sim/simulate.ts';
import { launchChromium } from '../test/processes/chromium.ts';
import { servePage } from '../test/processes/page-server.ts';

const FOLDER = 'docs/pictures';
const UNTIL_MS = 16_000;
/** Of the nodes, when the picture of a wave is taken. */
const REACHED = 15;
const SIMULATED =
  'nodes=100&seed=7&join=graph:5&favorites=no&updates=20&updatesFrom=1000&updatesEvery=1500&for=35000&faults=kill@4000:part0.1';

const scenario = parseScenario({
  ...{ nodes: 30, seed: 7, durationMs: UNTIL_MS, join: { how: 'graph', degree: 4 } },
  workload: { favorites: true, publish: [{ atMs: 15_000, node: 12, book: 'Middlemarch by George Eliot' }] },
});
const recorded: FeedMessage[] = [
  { type: 'opened', source: 'recording', name: 'thirty-nodes.jsonl', actions: [], fromMs: 0, untilMs: UNTIL_MS },
  { type: 'events', events: [...simulate(scenario)], nowMs: UNTIL_MS },
  { type: 'ended', nowMs: UNTIL_MS },
];

/** A wave half way. */
async function wave(page: Page): Promise<void> {
  await page.locator('.update', { hasText: 'Middlemarch' }).locator('.watch').click();
  await page.getByLabel('Speed').selectOption('0.1');
  const holders = page.getByRole('region', { name: 'The chosen update' }).locator('dd').first();
  for (let held = 0; held < REACHED; await page.waitForTimeout(50)) held = parseInt(await holders.innerText(), 10);
  await page.locator('.play').click();
  await page.waitForTimeout(500);
}

async function simulation(page: Page): Promise<void> {
  await page.getByText(/^(6|7)\.\d+ s of 35/).waitFor();
}

mkdirSync(FOLDER, { recursive: true });
const server = await servePage(() => recorded);
const chromium = await launchChromium();
try {
  for (const [name, path, colorScheme, prepare] of [
    ['dashboard', '', 'light', wave],
    ['dashboard-dark', '', 'dark', wave],
    ['simulate', `simulate#${SIMULATED}`, 'light', simulation],
  ] as const) {
    const page = await chromium.browser.newPage({
      viewport: { width: 1280, height: 720 },
      locale: 'en-GB',
      colorScheme,
    });
    await page.goto(server.url + path);
    await page.locator('.graph-nodes[data-nodes]').waitFor({ state: 'attached' });
    // The layout's three hundred rounds.
    await page.waitForTimeout(3_000);
    await prepare(page);
    await page.screenshot({ path: `${FOLDER}/${name}.png` });
    await page.close();
  }
} finally {
  await chromium.close();
  await server.close();
}
