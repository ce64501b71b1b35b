/** The built page in a real browser as people use it: by keys, on small screens, with nodes that stand still. */
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FeedMessage } from '../../src/dashboard/feed.ts';
import { parseScenario, simulate } from '../../src/sim/simulate.ts';
import type { RunEvent } from '../../src/trace/trace-event.ts';
import { UpdateIndex } from '../../src/trace/update-index.ts';
import { launchChromium, whyNoChromium, type Chromium } from './chromium.ts';
import { servePage, type PageServer } from './page-server.ts';

const NODES = 24;
const UNTIL = 14_000;
const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };

/** Half of the nodes are cut off before all the updates, and so lack many. */
const run = runOf([{ atMs: 4_900, do: 'partition', nodes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }]);

function runOf(faults: readonly object[], nodes = NODES): readonly RunEvent[] {
  const updates = { count: 30, startMs: 5_000, everyMs: 200 };
  return [...simulate(parseScenario({ nodes, seed: 3, durationMs: UNTIL, workload: { updates }, faults }))];
}

/** What is asked of an element there: this file knows no types of a browser. */
interface InPage {
  contains(other: unknown): boolean;
  readonly ownerDocument: { elementFromPoint(x: number, y: number): unknown };
}

const isSkipped = whyNoChromium !== undefined && process.env['CI'] !== 'true';

describe.skipIf(isSkipped)(`the page in use${isSkipped ? ` (skipped: ${whyNoChromium})` : ''}`, () => {
  let chromium: Chromium;
  let page: Page;
  let server: PageServer | undefined;

  beforeAll(async () => {
    chromium = await launchChromium();
  });

  afterAll(() => chromium?.close());

  afterEach(async () => {
    await page?.close();
    await server?.close();
    server = undefined;
  });

  async function open(screen: BrowserContextOptions, events: readonly RunEvent[] = run): Promise<void> {
    const actions = ['publish', 'kill', 'pause', 'resume', 'restart', 'split', 'heal'] as const;
    const messages: FeedMessage[] = [
      { type: 'opened', source: 'live', name: 'processes', actions, fromMs: 0 },
      { type: 'events', events, nowMs: UNTIL },
    ];
    server = await servePage(() => messages);
    page = await chromium.browser.newPage({ ...screen, locale: 'en-GB' });
    page.setDefaultTimeout(10_000);
    await page.goto(server.url);
    await page.getByText('processes').first().waitFor();
  }

  const tab = (name: string): Promise<void> => page.getByRole('tab', { name }).click();
  const card = (name: string): Locator => page.getByRole('complementary', { name: `Node ${name}` });
  const moment = async (): Promise<number> => Number(await page.getByRole('slider').getAttribute('aria-valuenow'));
  /** Is it in sight, with nothing drawn over its middle? */
  async function isInSight(element: Locator): Promise<boolean> {
    const { width, height } = page.viewportSize()!;
    const box = await element.boundingBox();
    if (box === null || box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height)
      return false;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    return element.evaluate(
      (shown, point) => {
        const inPage = shown as unknown as InPage;
        return inPage.contains(inPage.ownerDocument.elementFromPoint(...point));
      },
      [x, y] as const,
    );
  }

  describe('takes its keys', () => {
    test.each([
      ['a button', () => page.getByRole('button', { name: 'Farther' }).click()],
      ['a tab', () => tab('Nodes')],
      ['a row’s link', () => page.getByRole('tabpanel').getByRole('button', { name: 'n2', exact: true }).click()],
      ['a table’s heading', () => page.getByRole('button', { name: 'Status' }).click()],
    ])('after a click on %s', async (what, click) => {
      await open(DESKTOP);
      await tab('Nodes');
      await page.getByRole('button', { name: 'n1', exact: true }).click();
      await click();
      await page.keyboard.press('Escape');
      await expect.poll(() => page.getByRole('complementary').count()).toBe(0);
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' });
      if (what !== 'a tab') {
        await page.keyboard.press('ArrowLeft');
        await expect.poll(moment).toBe(UNTIL - 200);
        await page.keyboard.press('Shift+ArrowLeft');
        await expect.poll(moment).toBe(UNTIL - 2_200);
      }
      await page.keyboard.press('Shift+L');
      await page.getByRole('button', { name: 'Live', pressed: true }).waitFor();
    });

    test('G goes from gap to gap wherever the focus is', async () => {
      await open(DESKTOP);
      await tab('Who knows whom');
      await page.keyboard.press('g');
      const answer = page.locator('.cell-words b');
      const first = await answer.innerText();
      await page.getByRole('button', { name: 'Fit' }).click();
      await page.keyboard.press('Shift+G');
      await expect.poll(() => answer.innerText()).not.toBe(first);
    });

    test('but leaves to a control what that does itself', async () => {
      await open(DESKTOP);
      await tab('Nodes');
      await page.getByRole('button', { name: 'n1', exact: true }).click();
      const search = page.getByRole('searchbox');
      await search.fill('n1');
      await search.press('l');
      await search.press('?');
      await search.press('ArrowLeft');
      expect(await search.inputValue()).toBe('n1l?');
      expect(await moment()).toBe(UNTIL);
      await page.getByLabel('Speed').press('ArrowUp');
      expect(await page.getByLabel('Speed').inputValue()).toBe('0.3');
      expect(await moment()).toBe(UNTIL);
      await tab('Nodes');
      await page.keyboard.press('ArrowRight');
      expect(await page.getByRole('tab', { selected: true }).innerText()).toBe('Who knows whom');
      await page.getByRole('button', { name: 'Live' }).focus();
      await page.keyboard.press('Space');
      await expect.poll(() => page.locator('.play').innerText()).toBe('Pause');
    });

    test('Escape closes first what lies over the page', async () => {
      await open(DESKTOP);
      await tab('Nodes');
      await page.getByRole('button', { name: 'n1', exact: true }).click();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' });
      expect(await card('n1').count()).toBe(1);
      await page.keyboard.press('Escape');
      await expect.poll(() => card('n1').count()).toBe(0);
    });
  });

  describe('on a screen of 1280 × 800', () => {
    test('answers why beside a node’s card, not beneath it', async () => {
      await open(DESKTOP);
      await tab('Nodes');
      await page.getByRole('button', { name: 'n1', exact: true }).click();
      await tab('Who knows whom');
      await page.getByRole('button', { name: 'Next gap' }).click();
      const answer = page.locator('.cell-words p').nth(1);
      await expect.poll(() => answer.innerText()).toContain('lost to the partition');
      expect(await isInSight(answer)).toBe(true);
      expect(await isInSight(page.locator('.cell-words').getByRole('button', { name: 'Show n0' }))).toBe(true);
    });

    test('keeps what may be done to a node in sight, however much that lacks', async () => {
      await open(DESKTOP);
      await tab('Nodes');
      await page.getByRole('button', { name: 'n1', exact: true }).click();
      expect(await card('n1').locator('.missing li').count()).toBeGreaterThan(6);
      const button = (name: string): Locator => card('n1').getByRole('button', { name, exact: true });
      for (const name of ['Close', 'Publish …', 'Pause', 'Restart', 'Kill']) {
        expect([name, await isInSight(button(name))]).toEqual([name, true]);
      }
      await card('n1').locator('.missing button').last().click();
      const answer = card('n1').locator('.missing p');
      expect(await isInSight(answer)).toBe(true);
      expect(await isInSight(button('Kill'))).toBe(true);
    });
  });

  describe('on a phone', () => {
    test('opens a node from every view', async () => {
      await open(PHONE);
      await tab('Nodes');
      await page.getByRole('button', { name: 'n1', exact: true }).tap();
      // It slides up.
      await expect.poll(() => isInSight(card('n1').getByRole('heading', { name: 'n1' }))).toBe(true);
      await expect.poll(() => isInSight(card('n1').getByRole('button', { name: 'Close' }))).toBe(true);
      await expect.poll(() => isInSight(card('n1').getByRole('button', { name: 'Kill', exact: true }))).toBe(true);
      await card('n1').getByRole('button', { name: 'Close' }).tap();
      await tab('Who knows whom');
      await page.getByRole('button', { name: 'Next gap' }).tap();
      await page.getByRole('button', { name: 'Show n0' }).tap();
      await expect.poll(() => isInSight(card('n0').getByRole('heading', { name: 'n0' }))).toBe(true);
    });

    test('shows the wave that is watched', async () => {
      await open(PHONE);
      await tab('Nodes');
      await page.getByRole('button', { name: 'n1', exact: true }).tap();
      await tab('Updates');
      await page.locator('.watch').first().tap();
      expect(await page.getByRole('tab', { selected: true }).innerText()).toBe('Graph');
      expect(await isInSight(page.locator('.graph-overlay').locator('..'))).toBe(true);
      await page.getByText('After how many sends it came').waitFor();
    });

    test('has all its views in sight, and no words over each other', async () => {
      await open(PHONE);
      await tab('Who knows whom');
      for (const view of await page.getByRole('tab').all()) expect(await isInSight(view)).toBe(true);
      // A label that is only made small comes back where the reader has a smallest size.
      const label = page.getByText('Speed', { exact: true });
      expect((await label.boundingBox())!.width).toBeLessThanOrEqual(1);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    });
  });

  test('counts the nodes that can be reached, and says how many stand still', async () => {
    await open(DESKTOP, runOf([{ atMs: 4_000, do: 'pause', nodes: [5] }], 12));
    await expect.poll(() => page.locator('.figures').innerText()).toMatch(/Nodes\s+11 running, 1\spaused/);
    expect(await page.locator('.figures').innerText()).toMatch(/Latest update\s+11\/11 have it/);
    expect(await page.locator('.figures').innerText()).toMatch(/Time to all\s+[\d.]+ m?s/);
    const facts = await page.locator('.update .facts').allInnerTexts();
    expect(facts.slice(0, 30).filter((text) => !/^11\/11 have it · all in/.test(text))).toEqual([]);
    await tab('Who knows whom');
    await page.getByText('0 gaps in 121 pairs').waitFor();
    await tab('Curves');
    await page.getByRole('img', { name: /^Time to all: the last took/ }).waitFor();
  });

  test('calls an update by the number that gossip trace finds it by', async () => {
    await open(DESKTOP);
    const index = new UpdateIndex();
    for (const event of run) index.observe(event);
    const newest = index.updates
      .filter(({ isRefutation }) => !isRefutation)
      .slice(-30)
      .reverse();
    await page.locator('.update').first().waitFor();
    const titles = await page.locator('.update .title').allInnerTexts();
    expect(titles.slice(0, 30)).toEqual(
      newest.map(({ number, payload }) => `#${number} ${(payload as { book: string }).book}`),
    );
    await page.getByRole('searchbox').fill(`#${newest[3]!.number}`);
    await page.getByText(/^1 of \d+ updates$/).waitFor();
    await page.locator('.update-main').click();
    await tab('Nodes');
    await page.getByRole('button', { name: 'n1', exact: true }).click();
    await card('n1').getByRole('heading', { name: titles[3]! }).waitFor();
  });
});
