/** The simulation as a static site, in a real browser: the built dist/site/ behind a plain file server, in a sub folder. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import sirv from 'sirv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeScenario } from '../../src/dashboard/simulate/scenario-address.ts';
import { traceHashOf } from '../../src/sim/simulate.ts';
import { launchChromium, whyNoChromium, type Chromium } from './chromium.ts';

const SITE = resolve(import.meta.dirname, '../../dist/site');
const FOLDER = '/some/folder/';
const RUN = 'nodes=30&seed=7&strategy=random&fanout=4&loss=0.02&for=8000&updates=5&updatesFrom=2000&updatesEvery=500';
/** Of a run to its end, and of whatever is waited for. */
const WAIT_MS = 30_000;

describe.skipIf(whyNoChromium !== undefined)('the static site', () => {
  let chromium: Chromium;
  let server: Server;
  let site: string;

  beforeAll(async () => {
    expect(existsSync(join(SITE, 'index.html')), 'npm run build:site').toBe(true);
    const files = sirv(SITE, { dev: true });
    server = createServer((request, response) => {
      const isThere = request.url?.startsWith(FOLDER) === true;
      request.url = isThere ? request.url!.slice(FOLDER.length - 1) : '/nothing';
      files(request, response, () => void response.writeHead(404).end());
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    site = `http://127.0.0.1:${(server.address() as AddressInfo).port}${FOLDER}`;
    chromium = await launchChromium();
  });

  afterAll(async () => {
    await chromium?.close();
    server?.close();
  });

  /** Opens it, and does this with it; nothing may go wrong in its console, and nobody else may be talked to. */
  async function withPage(hash: string, use: (page: Page) => Promise<void>): Promise<void> {
    const page = await chromium.browser.newPage({ locale: 'en-US', viewport: { width: 1280, height: 900 } });
    const complaints: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    page.on('pageerror', (error) => void complaints.push(error.message));
    page.on('request', (request) => void (request.url().startsWith(site) || complaints.push(request.url())));
    try {
      await page.goto(`${site}#${hash}`);
      await use(page);
      expect(complaints).toEqual([]);
    } finally {
      await page.close();
    }
  }

  const addressOf = (page: Page): string => new URL(page.url()).hash;

  /** Has it run to its end as fast as it can. @returns its trace's hash */
  async function runOut(page: Page): Promise<string> {
    await page.locator('.sim .sim-slider input').first().press('End');
    const hash = page.locator('[data-trace-hash]');
    await hash.waitFor({ timeout: WAIT_MS });
    return (await hash.textContent()) ?? '';
  }

  test('runs what its address says, event by event as Node does', async () => {
    await withPage(RUN, async (page) => {
      expect(await runOut(page)).toBe(traceHashOf(decodeScenario(RUN)));
      expect(decodeScenario(addressOf(page))).toEqual(decodeScenario(RUN));
      await page.getByText('5 updates, 30 of 30 nodes live').waitFor({ timeout: WAIT_MS });
    });
  });

  test('has the kill in the link: who opens it sees the same run', async () => {
    let link = '';
    let traceHash = '';
    await withPage(RUN, async (page) => {
      await page.getByText(/^[1-9].* of 8 s/).waitFor({ timeout: WAIT_MS });
      const panel = page.getByRole('tabpanel');
      await panel.getByRole('textbox', { name: /^Nodes/ }).fill('5');
      await panel.getByRole('button', { name: 'Kill', exact: true }).click();
      await page.getByText('Killed n5.').waitFor({ timeout: WAIT_MS });
      await page.waitForURL(/faults=kill@\d+:5/, { timeout: WAIT_MS });
      traceHash = await runOut(page);
      await panel.getByText('29 of 30 nodes live', { exact: false }).waitFor({ timeout: WAIT_MS });
      await page.getByRole('tab', { name: 'Nodes' }).click();
      await page.getByRole('row', { name: /n5\b.*(killed|down)/i }).waitFor({ timeout: WAIT_MS });
      link = addressOf(page);
    });
    expect(traceHashOf(decodeScenario(link))).toBe(traceHash);
    expect(traceHash).not.toBe(traceHashOf(decodeScenario(RUN)));
    await withPage(link.slice(1), async (page) => expect(await runOut(page)).toBe(traceHash));
  });

  test('says what is wrong with an address, and starts something else when it is asked to', async () => {
    await withPage('nodes=5000', async (page) => {
      await page.getByRole('alert').getByText('nodes: expected at most 2000 in the page, got 5000').waitFor();
      await page.getByLabel('Begin with').selectOption('first-rumor');
      await page.getByText(/of 15 s of virtual time/).waitFor({ timeout: WAIT_MS });
      expect(await page.getByRole('alert').count()).toBe(0);
      expect(addressOf(page)).toContain('name=first-rumor');
    });
  });
});
