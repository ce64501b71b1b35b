/** `gossip cluster --dashboard` in a real browser: what its page shows of eight real processes, and does to them, is so. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { call, eventually } from '../support.ts';
import { launchChromium, whyNoChromium, type Chromium } from '../processes/chromium.ts';
import { childrenOf, gossip, isAlive, RealNode, type Running } from '../processes/real-network.ts';

const NODES = 8;
/** Of whatever processes, network and browser do together on a busy machine. */
const WAIT_MS = 30_000;
const isSkipped = whyNoChromium !== undefined && process.env['CI'] !== 'true';

describe.skipIf(isSkipped)(`the page of a cluster${isSkipped ? ` (skipped: ${whyNoChromium})` : ''}`, () => {
  let chromium: Chromium;
  let page: Page;
  let cluster: Running;
  let nodes: RealNode[];
  let complaints: string[] = [];

  beforeAll(async () => {
    chromium = await launchChromium();
  });
  afterAll(() => chromium?.close());
  afterEach(() => page?.close());

  /** Opens the page of a cluster whose favourites change only when they are told to, and waits until all are in its table. */
  async function openCluster(): Promise<void> {
    const first = await freePort(NODES);
    const sizes = ['-n', NODES, '--base-port', first, '--resample-ms', 0];
    cluster = gossip('cluster', ...sizes, '--dashboard', await freePort());
    nodes = Array.from({ length: NODES }, (_, index) => new RealNode(first + index, cluster));
    const printed = (): string => cluster.stdout + cluster.stderr;
    const [, url] = await eventually(
      'its address',
      () => /dashboard: (http:\S+)/.exec(printed()) ?? undefined,
      WAIT_MS,
    );
    complaints = [];
    page = await chromium.browser.newPage({ viewport: { width: 1280, height: 1400 }, locale: 'en-GB' });
    page.setDefaultTimeout(WAIT_MS);
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    page.on('pageerror', ({ message }) => void complaints.push(message));
    await page.goto(url as string);
    await tab('Nodes');
    await page.locator('.figure', { hasText: new RegExp(`^Nodes\\s*${NODES} running$`) }).waitFor();
  }

  const tab = (name: string): Promise<void> => page.getByRole('tab', { name }).click();

  /** Name, favourite, version, status and number of peers of each node, as the table has them at one moment. */
  const table = (): Promise<string[][]> =>
    page.evaluate<string[][]>(`[...document.querySelectorAll('tbody tr:not([aria-hidden])')].map((row) =>
      [...row.querySelectorAll('td:not(.is-minor):not(.select)')].map((cell) => cell.innerText.trim()))`);

  /** The same as each running node says of itself; `alive` is what the page is to call it. */
  async function told(running: readonly RealNode[]): Promise<string[][]> {
    return Promise.all(
      running.map(async ({ port, address }) => {
        const state = (await call(address, 'GET', '/state/')).json() as unknown as Awaited<
          ReturnType<RealNode['state']>
        >;
        const { peers } = (await call(address, 'GET', '/peers/')).json() as { peers: unknown[] };
        const book = state?.records.find(({ origin }) => origin === address)?.payload.book;
        return [String(port), book ?? '', String(state?.version), '● alive', String(peers.length)];
      }),
    );
  }

  // That of the time line: a node has one too.
  const pause = (): Promise<void> => page.locator('.play').click();

  /** A moment before which nothing of what the table shows has changed for a second. */
  async function pauseAtRest(): Promise<{ rows: string[][]; atMs: number }> {
    return eventually(
      'the table is at rest',
      async () => {
        const rows = await table();
        await page.waitForTimeout(1_000);
        await pause();
        const atMs = Number(await page.getByRole('slider').getAttribute('aria-valuenow'));
        if (JSON.stringify(await table()) === JSON.stringify(rows)) return { rows, atMs };
        await page.getByRole('button', { name: 'Live' }).click();
        return undefined;
      },
      WAIT_MS,
    );
  }

  /** As near before it as a pixel goes. The time line of a running network grows while one aims at it. */
  async function seek(atMs: number): Promise<void> {
    const slider = page.getByRole('slider');
    const value = async (name: string): Promise<number> => Number(await slider.getAttribute(`aria-value${name}`));
    await eventually(
      `the time line shows ${atMs} ms`,
      async () => {
        const [fromMs, untilMs] = [await value('min'), await value('max')];
        const box = (await slider.boundingBox())!;
        const x = Math.min(Math.floor(((atMs - fromMs) / (untilMs - fromMs)) * box.width), box.width - 2);
        await slider.click({ position: { x, y: box.height / 2 } });
        return Math.abs((await value('now')) - atMs) < 500;
      },
      WAIT_MS,
    );
  }

  const rowOf = async ({ port }: RealNode): Promise<string[] | undefined> => {
    return (await table()).find(([name]) => name === String(port));
  };

  async function choose({ port }: RealNode): Promise<ReturnType<Page['getByRole']>> {
    await page
      .getByRole('button', { name: String(port), exact: true })
      .first()
      .click();
    return page.getByRole('complementary', { name: `Node ${port}` });
  }

  const until = { timeout: WAIT_MS };

  test('shows what its nodes say of themselves, and to its end nothing goes wrong', async () => {
    await openCluster();
    await expect.poll(async () => differences(await table(), await told(nodes)), until).toEqual([]);
    expect((await table()).length).toBe(NODES);
    expect(complaints).toEqual([]);
    const children = childrenOf(cluster.pid);
    expect(children).toHaveLength(NODES);
    expect((await cluster.kill('SIGINT')).code).toBe(0);
    await page.getByText('The connection to the server is lost').waitFor();
    expect(children.filter(isAlive)).toEqual([]);
    // The browser itself notes that nobody answers; nothing else does.
    expect(complaints.filter((text) => !text.includes('net::ERR_'))).toEqual([]);
  });

  test('has an update that is published in it cover all, as all say themselves', async () => {
    await openCluster();
    const [publisher] = nodes as [RealNode];
    const before = (await rowOf(publisher))?.[1];
    await (await choose(publisher)).getByRole('button', { name: 'Publish …' }).click();
    await page.getByRole('textbox', { name: /What should .* publish/ }).press('Enter');
    await expect.poll(async () => (await rowOf(publisher))?.[2], until).toBe('2');
    const book = (await rowOf(publisher))?.[1] as string;
    expect(book).not.toBe(before);
    await tab('Updates');
    await page.locator('.update-main', { hasText: `${publisher.port}/2` }).click();
    const chosen = page.getByRole('region', { name: 'The chosen update' });
    await expect.poll(() => chosen.locator('dd').first().innerText(), until).toBe(`${NODES}/${NODES}`);
    expect(await Promise.all(nodes.map((node) => node.favoriteOf(publisher.address)))).toEqual(nodes.map(() => book));
    await chosen.getByRole('button', { name: 'Watch the wave' }).click();
    await pause();
    expect(await chosen.locator('dd').first().innerText()).toMatch(new RegExp(`^[0-${NODES - 1}]/${NODES}$`));
    expect(complaints).toEqual([]);
  });

  test('has a node that is killed in it go down, and shows the past, the end and the present each as it was', async () => {
    await openCluster();
    const victim = nodes[5] as RealNode;
    const others = nodes.filter((node) => node !== victim);
    const before = await pauseAtRest();
    await page.getByRole('button', { name: 'Live' }).click();

    await (await choose(victim)).getByRole('button', { name: 'Kill', exact: true }).click();
    await expect.poll(async () => (await rowOf(victim))?.[3], until).toBe('✕ killed');
    // The others find out by themselves, and the page shows what they say.
    await expect.poll(() => statusesOf(victim, others), until).toEqual(others.map(() => 'down'));
    await expect.poll(async () => differences(await table(), await told(others), victim), until).toEqual([]);

    const after = await pauseAtRest();
    for (const { rows, atMs } of [before, after, before]) {
      await seek(atMs);
      await expect.poll(table, until).toEqual(rows);
    }
    await page.getByLabel('Speed').selectOption('10');
    await page.locator('.play').click();
    await page.getByText('live ·').waitFor();
    await expect.poll(async () => differences(await table(), await told(others), victim), until).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('has a node stand still and run on, and the network cut in two and healed, by the keyboard alone', async () => {
    await openCluster();
    const [frozen] = nodes as [RealNode];
    const others = nodes.filter((node) => node !== frozen);
    const press = (button: string, where: Pick<Page, 'getByRole'> = page): Promise<void> =>
      where.getByRole('button', { name: button, exact: true }).press('Enter');
    const node = await choose(frozen);
    await press('Pause', node);
    await page.getByText(`Paused ${frozen.port}: it stands still until resumed.`).waitFor();
    await expect.poll(async () => (await rowOf(frozen))?.[3], until).toBe('‖ paused');
    await expect.poll(() => statusesOf(frozen, others), until).not.toContain('alive');
    await press('Resume', node);
    await page.getByText(`Resumed ${frozen.port}.`).waitFor();
    await expect.poll(() => statusesOf(frozen, others), until).toEqual(others.map(() => 'alive'));
    await expect.poll(async () => (await rowOf(frozen))?.[3], until).toBe('● alive');

    const banner = page.getByRole('banner');
    await press('Split in two', banner);
    await page.getByText('Split the network in two halves.').waitFor();
    // Each sees all of its own half alive, and none of the other.
    const seenAlive = async (): Promise<number[]> => {
      const statuses = await Promise.all(nodes.map((of) => statusesOf(of, nodes)));
      return nodes.map((_, by) => statuses.filter((said) => said[by] === 'alive').length);
    };
    await expect.poll(seenAlive, until).toEqual(nodes.map(() => NODES / 2));
    await press('Heal', banner);
    await page.getByText('Healed the network').waitFor();
    await expect.poll(seenAlive, until).toEqual(nodes.map(() => NODES));
    expect(complaints).toEqual([]);
  });

  test('says why something cannot be done, and keeps the focus where it was done', async () => {
    await openCluster();
    const victim = nodes[3] as RealNode;
    const node = await choose(victim);
    const kill = node.getByRole('button', { name: 'Kill', exact: true });
    // Gone before the page could know: it asks for what can no longer be done.
    await page.route('**/actions/kill', async (route) => {
      await route.fetch();
      await route.continue();
    });
    await kill.press('Enter');
    await page.getByText(`That did not work: ${victim.address} does not run.`).waitFor();
    await kill.waitFor({ state: 'detached' });
    expect(await page.locator('aside:focus').getAttribute('aria-label')).toBe(`Node ${victim.port}`);
    await node.getByRole('button', { name: 'Start again' }).press('Space');
    await page.getByText(`Restarted ${victim.port}; it has forgotten everything.`).waitFor();
    await expect.poll(async () => (await rowOf(victim))?.[3], until).toBe('● alive');
    await cluster.kill('SIGINT');
    await page.getByText('The connection to the server is lost').waitFor();
    expect(await node.getByRole('button', { name: 'Kill', exact: true }).isDisabled()).toBe(true);
  });
});

/** Rows that are not as they should be, both ways; whatever is said of `except`. */
function differences(shown: string[][], wanted: string[][], except?: RealNode): string[] {
  const own = shown.filter(([name]) => name !== String(except?.port)).map((row) => row.join(' | '));
  const theirs = wanted.map((row) => row.join(' | '));
  return [...own.filter((row) => !theirs.includes(row)), ...theirs.filter((row) => !own.includes(row))];
}

function statusesOf(of: RealNode, nodes: readonly RealNode[]): Promise<(string | undefined)[]> {
  return Promise.all(
    nodes.map(async (node) => (await node.state())?.records.find(({ origin }) => origin === of.address)?.status),
  );
}
