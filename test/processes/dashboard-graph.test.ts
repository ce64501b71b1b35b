/** What is done to a simulated network in its graph, its table and its buttons, in a real browser. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, whyNoChromium, type Chromium } from './chromium.ts';
import { servePage, type PageServer } from './page-server.ts';

const TWELVE = 'nodes=12&seed=7&updates=1&updatesFrom=500&updatesEvery=500&for=600000';
const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const isSkipped = whyNoChromium !== undefined && process.env['CI'] !== 'true';

describe.skipIf(isSkipped)('in the graph of a simulation', () => {
  let chromium: Chromium;
  let server: PageServer;
  let page: Page;
  let complaints: string[] = [];

  beforeAll(async () => {
    chromium = await launchChromium();
    server = await servePage();
  });

  afterAll(async () => {
    await chromium?.close();
    await server?.close();
  });

  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });

  async function open(address: string, screen: typeof DESKTOP | typeof PHONE = DESKTOP): Promise<void> {
    page = await chromium.browser.newPage({ ...screen, locale: 'en-GB' });
    page.setDefaultTimeout(15_000);
    complaints = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.goto(`${server.url}simulate#${address}`);
  }

  async function openTwelve(screen: typeof DESKTOP | typeof PHONE = DESKTOP): Promise<void> {
    await open(TWELVE, screen);
    await page.locator('.graph-nodes[data-nodes="12"]').waitFor({ state: 'attached' });
    await page.getByText('12 running').waitFor();
  }

  const bar = (): Locator => page.getByRole('group', { name: 'Selected nodes' });
  const press = (name: string | RegExp): Promise<void> =>
    page.getByRole('button', { name, exact: true }).first().click();

  /** Draws around all of the picture. */
  async function lassoAll(): Promise<void> {
    const { x, y, width, height } = (await page.locator('.graph-picture').boundingBox())!;
    const corners = [
      ...[[x + 4, y + 60] as const, [x + width - 4, y + 60] as const],
      ...[[x + width - 4, y + height - 4] as const, [x + 4, y + height - 4] as const],
    ];
    await page.mouse.move(...corners[0]!);
    await page.mouse.down();
    for (const corner of corners.slice(1)) await page.mouse.move(...corner, { steps: 4 });
    await page.mouse.up();
  }

  test('a lasso selects, and each button says what it does next to exactly these', async () => {
    await openTwelve();
    await page.keyboard.down('Shift');
    await lassoAll();
    await page.keyboard.up('Shift');
    await bar().getByText('12 selected').waitFor();
    await press('Pause 12');
    await page.getByText('Paused 12 nodes').waitFor();
    await press('Resume 12');
    await page.getByText('Resumed 12 nodes.').waitFor();
    await press('Clear');
    await press('Select');
    await lassoAll();
    await bar().getByText('12 selected').waitFor();
    await page.keyboard.press('Escape');
    await bar().getByText('Click nodes, or draw around them.').waitFor();
  });

  test('without a mouse the table selects, and what is done is in the link', async () => {
    await openTwelve();
    await page.getByRole('tab', { name: 'Nodes' }).click();
    for (const name of ['n3', 'n7']) {
      await page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).focus();
      await page.keyboard.press('Space');
    }
    await bar().getByText('2 selected').waitFor();
    await press('Split off 2');
    await page.getByText('Split 2 nodes off from all others.').waitFor();
    await press('Kill 2');
    await page.getByText('Killed 2 nodes.').waitFor();
    await page.waitForURL(/partition@\d+:3,7;kill@\d+:3,7/);
  });

  test('kills a part of all', async () => {
    await openTwelve();
    await bar().getByLabel('How many to kill').selectOption('50');
    await press('Kill 50 %');
    await page.getByText('Killed 6 nodes.').waitFor();
    await expect.poll(() => page.locator('.figures').innerText()).toMatch(/6 running, 6.killed/);
  });

  test('names a split or its healing, whichever is next, and tells the sides apart', async () => {
    await openTwelve();
    await press('Split in two');
    await press('Heal');
    await page.getByText('Healed the network').waitFor();
    await press('Split in two');
    await page.getByText(/side A: 6 nodes/).waitFor();
    await page.getByText(/side B: 6 nodes/).waitFor();
  });

  test('publishes a text, and leads to its wave without moving the page', async () => {
    await openTwelve();
    const place = async (): Promise<unknown> => page.getByRole('main').boundingBox();
    const before = await place();
    await press('Publish …');
    await page.getByRole('textbox', { name: /What should a random node publish/ }).fill('Emma by Jane Austen');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Watch it' }).waitFor();
    expect(await place()).toEqual(before);
    await press('Watch it');
    await page.getByText('After how many sends it came').waitFor();
    await page.getByRole('tab', { name: 'Updates' }).click();
    await page.getByRole('region', { name: 'The chosen update' }).getByText('Emma by Jane Austen').waitFor();
    expect(page.url()).toContain('Emma');
  });

  test('the first-run hint says what to press, once', async () => {
    await openTwelve();
    const hint = page.getByRole('group', { name: 'Where to begin' });
    await hint.getByRole('button', { name: 'Watch an update' }).click();
    await page.getByText('After how many sends it came').waitFor();
    await page.reload();
    await page.getByText('12 running').waitFor();
    expect(await hint.count()).toBe(0);
  });

  test('a node’s card comes up from the bottom of a phone', async () => {
    await openTwelve(PHONE);
    await page.getByRole('tab', { name: 'Nodes' }).click();
    await page.getByRole('button', { name: 'n1', exact: true }).tap();
    const card = page.getByRole('complementary', { name: 'Node n1' });
    const bottom = async (): Promise<number> => {
      const { y, height } = (await card.boundingBox())!;
      return Math.round(y + height);
    };
    await expect.poll(bottom).toBe(844);
    await card.getByRole('button', { name: 'Kill', exact: true }).tap();
    await page.getByText('Killed n1.').waitFor();
    await card.getByRole('button', { name: 'Start again' }).waitFor();
  });

  test('says how many of a thousand have joined, how fast it really goes and how long that takes', async () => {
    await open('nodes=1000&seed=7&for=60000');
    await expect.poll(() => page.locator('.figures').innerText()).toMatch(/\d+ of 1,000 joined/);
    await expect.poll(() => page.locator('.sim-pace').innerText()).toMatch(/(at|really) [\d.]+× · .* left/);
  });

  test('charts and matrix say why they are empty', async () => {
    await open('nodes=12&seed=7&join=graph:3&favorites=no&updates=0&for=600000');
    await page.getByRole('tab', { name: 'Curves' }).click();
    await page.getByText('Nothing was delivered').waitFor();
    expect(await page.getByText('No update has been published up to this moment.').count()).toBe(2);
  });
});
