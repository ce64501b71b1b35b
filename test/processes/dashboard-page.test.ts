/** The built page in a real browser, under the policy that it is served with, told a run that we know all of. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FeedMessage } from '../../src/dashboard/feed.ts';
import { parseScenario, simulate } from '../../src/sim/simulate.ts';
import type { RunEvent } from '../../src/trace/trace-event.ts';
import { launchChromium, whyNoChromium, type Chromium } from './chromium.ts';
import { servePage, type PageServer } from './page-server.ts';

const NODES = 24;
const KILLED = 'n5:7000';
const KILLED_AT = 7_000;

const run = [
  ...simulate(
    parseScenario({
      nodes: NODES,
      seed: 3,
      durationMs: 14_000,
      workload: { updates: { count: 4, startMs: 5_000, everyMs: 1_500 } },
      faults: [{ atMs: KILLED_AT, do: 'kill', nodes: [5] }],
    }),
  ),
];
const published = run.flatMap((event) => (event.type === 'published' && event.status === undefined ? [event] : []));

const opened: FeedMessage = { type: 'opened', source: 'live', name: '127.0.0.1:7001', actions: [], fromMs: 0 };
const upTo = (untilMs: number, events: readonly RunEvent[] = run): FeedMessage => {
  return { type: 'events', events: events.filter(({ time }) => time <= untilMs), nowMs: untilMs };
};
const after = (fromMs: number): FeedMessage => {
  return { type: 'events', events: run.filter(({ time }) => time > fromMs), nowMs: 14_000 };
};

const isSkipped = whyNoChromium !== undefined && process.env['CI'] !== 'true';

describe.skipIf(isSkipped)(`the page${isSkipped ? ` (skipped: ${whyNoChromium})` : ''}`, () => {
  let chromium: Chromium;
  let page: Page;
  let server: PageServer | undefined;
  let complaints: string[] = [];

  beforeAll(async () => {
    chromium = await launchChromium();
  });

  afterAll(() => chromium?.close());

  beforeEach(async () => {
    page = await chromium.browser.newPage({ viewport: { width: 1280, height: 1400 }, locale: 'en-GB' });
    complaints = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', ({ message }) => complaints.push(message));
  });

  afterEach(async () => {
    await page.close();
    await server?.close();
    server = undefined;
  });

  async function open(...messages: FeedMessage[]): Promise<PageServer> {
    server = await servePage(() => messages);
    await page.goto(server.url);
    return server;
  }

  const tab = (name: string): Promise<void> => page.getByRole('tab', { name }).click();
  const cellsOf = (row: string): Promise<string[]> => {
    return page
      .locator('tbody tr', { has: page.getByRole('button', { name: row, exact: true }) })
      .locator('td')
      .allInnerTexts();
  };

  /** Name, favourite, version, status and peers of every node, as the table has them. */
  async function table(): Promise<string[][]> {
    const rows = await page.locator('tbody tr:not([aria-hidden])').all();
    const cells = await Promise.all(rows.map((row) => row.locator('td:not(.is-minor)').allInnerTexts()));
    return cells.map((row) => row.map((text) => text.trim()));
  }

  test('tells of each node what the trace says of it, and breaks no policy of security', async () => {
    await open(opened, upTo(14_000));
    await tab('Nodes');
    await page.getByText(`${NODES} nodes`).waitFor();
    const shown = await table();
    expect(shown).toHaveLength(NODES);
    for (const [name, favorite, version] of shown) {
      const last = published.findLast(({ node }) => node === `${name}:7000`)!;
      expect([favorite, version]).toEqual([(last.payload as { book: string }).book, String(last.version)]);
    }
    // The picture is there too.
    await page.locator('.graph-nodes[data-nodes]').waitFor({ state: 'attached' });
    expect(complaints).toEqual([]);
  });

  test('shows a wave from its origin alone until all that live have it', async () => {
    await open(opened, upTo(14_000));
    const update = published.find(({ time }) => time >= 5_000)!;
    const { book } = update.payload as { book: string };
    await page.getByRole('button', { name: new RegExp(`^Watch #\\d+ ${book} cross the network$`) }).click();
    const chosen = page.getByRole('region', { name: 'The chosen update' });
    const holders = chosen.locator('dd').first();
    // Slow enough to be watched: nobody could press a button before it is over otherwise.
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    const [held, live] = (await holders.innerText()).split('/').map(Number);
    expect(live).toBe(NODES);
    expect(held).toBeLessThan(NODES);
    await page.getByRole('slider').press('End');
    await expect.poll(() => holders.innerText()).toBe(`${NODES - 1}/${NODES - 1}`);
    expect(complaints).toEqual([]);
  });

  test('shows a killed node as killed where that is known, and as down where only its peers can say', async () => {
    await open(opened, upTo(14_000));
    await tab('Nodes');
    await expect.poll(() => cellsOf('n5')).toContainEqual(expect.stringContaining('killed'));
    await page.close();
    await server!.close();
    page = await chromium.browser.newPage({ viewport: { width: 1280, height: 1400 }, locale: 'en-GB' });
    const unseen = run.filter(({ type, node, time }) => type !== 'stopped' && !(node === KILLED && time >= KILLED_AT));
    await open(opened, upTo(14_000, unseen));
    await tab('Nodes');
    await expect.poll(() => cellsOf('n5')).toContainEqual(expect.stringContaining('down'));
  });

  test('shows at a moment that is replayed what it showed when that was live', async () => {
    const told = await open(opened, upTo(6_800));
    await tab('Nodes');
    await page.getByText(`${NODES} nodes`).waitFor();
    const live = await table();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    told.tell(after(6_800));
    await page.getByRole('button', { name: 'Live' }).click();
    await expect.poll(() => cellsOf('n5')).toContainEqual(expect.stringContaining('killed'));
    expect(await table()).not.toEqual(live);
    const slider = page.getByRole('slider');
    const box = (await slider.boundingBox())!;
    await slider.click({ position: { x: (box.width * 6_800) / 14_000, y: box.height / 2 } });
    // As near as a pixel goes; nothing of what the table tells changes in between.
    expect(Math.abs(Number(await slider.getAttribute('aria-valuenow')) - 6_800)).toBeLessThan(40);
    await expect.poll(table).toEqual(live);
  });

  test('says why a node does not know an update', async () => {
    await open(opened, upTo(14_000));
    const late = published.findLast(({ time }) => time > KILLED_AT)!;
    const { book } = late.payload as { book: string };
    await page.locator('.update-main', { hasText: book }).click();
    await tab('Nodes');
    await page.getByRole('button', { name: 'n5', exact: true }).click();
    const why = page.getByRole('complementary', { name: 'Node n5' }).locator('.why p');
    await expect.poll(() => why.innerText()).toContain('killed');
  });

  test('says that it is disconnected, and goes on by itself when it is connected again', async () => {
    const told = await open(opened, upTo(6_000));
    await page.getByText('24/24').first().waitFor();
    told.hangUp();
    const notice = page.getByText('The connection to the server is lost');
    await notice.waitFor();
    await notice.waitFor({ state: 'detached', timeout: 15_000 });
    await page.getByText('24/24').first().waitFor();
  });

  test('opens a recorded trace from a file, and says what is wrong with one that is none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gossip-page-'));
    try {
      writeFileSync(join(folder, 'good.jsonl'), run.map((event) => JSON.stringify(event)).join('\n'));
      // As it is where whoever recorded it was killed.
      writeFileSync(
        join(folder, 'cut.jsonl'),
        run
          .map((event) => JSON.stringify(event))
          .join('\n')
          .slice(0, -9),
      );
      writeFileSync(join(folder, 'bad.jsonl'), '\n{"time":"noon"}\n');
      writeFileSync(join(folder, 'empty.jsonl'), '');
      await open(opened);
      const picker = page.getByLabel('A recorded trace');
      await picker.setInputFiles(join(folder, 'good.jsonl'));
      await page.getByText('Recording good.jsonl').waitFor();
      await tab('Nodes');
      await expect.poll(async () => (await table()).length).toBe(NODES);
      await page.getByText('left out').waitFor({ state: 'detached' });
      await picker.setInputFiles(join(folder, 'cut.jsonl'));
      await page.getByText('1 line of this file is no event and was left out.').waitFor();
      await tab('Nodes');
      await expect.poll(async () => (await table()).length).toBe(NODES);
      await picker.setInputFiles(join(folder, 'bad.jsonl'));
      await page.getByText('bad.jsonl is no trace: line 2 has no time in milliseconds.').waitFor();
      await picker.setInputFiles(join(folder, 'empty.jsonl'));
      await page.getByText('empty.jsonl is no trace: it holds no events.').waitFor();
      await page.getByRole('main').getByRole('button', { name: 'Close file' }).click();
      await page.getByText('Live: 127.0.0.1:7001').waitFor();
      expect(complaints).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('draws its curves also where the browser names a language that there is not', async () => {
    await page.addInitScript(`Object.defineProperty(Navigator.prototype, 'language', { get: () => 'en-US@posix' })`);
    await open(opened, upTo(14_000));
    await tab('Curves');
    await page.getByRole('img', { name: /^Messages a second/ }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('shows hostile favourites as harmless text', async () => {
    const nasty = ['<img src=x onerror=alert(1)>', '\u202egnp.exe', 'x'.repeat(5_000), ''];
    const events: RunEvent[] = nasty.map((book, index) => {
      const node = `n${index}:7000`;
      return { time: 1, node, type: 'published', uuid: `u${index}`, origin: node, version: 1, payload: { book } };
    });
    await open(opened, { type: 'events', events, nowMs: 2 });
    await tab('Nodes');
    await expect.poll(async () => (await table()).length).toBe(4);
    const shown = (await table()).map(([, favorite]) => favorite!);
    expect(shown.slice(0, 2)).toEqual(['<img src=x onerror=alert(1)>', 'gnp.exe']);
    expect(shown[2]!.length).toBeLessThan(200);
    expect(shown[3]).toBe('(untitled)');
    expect(complaints).toEqual([]);
  });
});
