/** The lessons in a real browser: each to its end, its numbers beside what others measure of the same run. */
import axe from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { lessonHash, playHash, runOf } from '../../src/dashboard/simulate/lessons/lesson-address.ts';
import type { Lesson } from '../../src/dashboard/simulate/lessons/lesson.ts';
import { LESSONS } from '../../src/dashboard/simulate/lessons/lessons.ts';
import { decodeScenario } from '../../src/dashboard/simulate/scenario-address.ts';
import { simulate } from '../../src/sim/simulate.ts';
import { measureOf } from '../lesson-measures.ts';
import { launchChromium, whyNoChromium, type Chromium } from './chromium.ts';
import { servePage, type PageServer } from './page-server.ts';

const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };
/** Steps show their moment at once. */
const STILL = { reducedMotion: 'reduce' } as const;
/** One page for all lessons, as a reader goes from one to the next. */
const TOUR = { ...PHONE, ...STILL };
/** Far more than there are from the page's first control to a lesson's, or from a lesson's title to its end. */
const MAX_TABS = 40;

/** By the run's address: steps share them. */
const measures = new Map<string, ReturnType<typeof measureOf>>();

function measuresOf(run: string): ReturnType<typeof measureOf> {
  const known = measures.get(run) ?? measureOf(decodeScenario(run));
  measures.set(run, known);
  return known;
}

/** What is asked of an element there: this file knows no types of a browser. */
interface InPage {
  readonly scrollHeight: number;
  readonly clientHeight: number;
  readonly scrollWidth: number;
  readonly clientWidth: number;
}

const isSkipped = whyNoChromium !== undefined && process.env['CI'] !== 'true';

describe.skipIf(isSkipped)(`the lessons${isSkipped ? ` (skipped: ${whyNoChromium})` : ''}`, () => {
  let chromium: Chromium;
  let server: PageServer;
  let page: Page;
  let shownOn: BrowserContextOptions | undefined;
  let complaints: string[] = [];

  beforeAll(async () => {
    [chromium, server] = await Promise.all([launchChromium(), servePage()]);
  });

  afterAll(async () => {
    await chromium?.close();
    await server?.close();
  });

  afterEach(() => {
    expect(complaints).toEqual([]);
  });

  async function open(hash: string, screen: BrowserContextOptions): Promise<void> {
    if (screen === TOUR && shownOn === TOUR) return go(hash);
    await page?.close();
    shownOn = screen;
    page = await chromium.browser.newPage({ ...screen, locale: 'en-GB' });
    page.setDefaultTimeout(10_000);
    complaints = [];
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    page.on('pageerror', ({ message }) => void complaints.push(message));
    await page.goto(`${server.url}simulate${hash}`);
  }

  const go = (hash: string): Promise<void> => page.evaluate(`void (location.hash = ${JSON.stringify(hash)})`);
  const press = async (name: string): Promise<void> => {
    await page.locator('.guide-way').getByRole('link', { name, exact: true }).tap();
  };
  const stage = (name: string): Promise<void> => page.locator(`.guide[data-stage="${name}"]`).waitFor();
  const heading = (lesson: Lesson, index: number): Promise<void> => {
    const words = `Lesson ${LESSONS.indexOf(lesson) + 1} : ${lesson.title} , step ${index + 1} of ${lesson.steps.length}`;
    const pattern = new RegExp(`^${words.replaceAll(/[.()]/g, '\\$&').replaceAll(' ', '\\s*')}$`);
    return page.locator('.guide').getByRole('heading', { name: pattern }).waitFor();
  };
  const atMs = async (): Promise<number> => {
    return Number(await page.locator('.time-line').getAttribute('aria-valuenow'));
  };

  /** Each number in the step's text, by what it is called. */
  async function facts(): Promise<[string, string][]> {
    const shown = await page.locator('.guide [data-fact]').all();
    return Promise.all(
      shown.map(async (fact): Promise<[string, string]> => {
        return [(await fact.getAttribute('data-fact')) ?? '', await fact.innerText()];
      }),
    );
  }

  test.each(LESSONS)('$title: to its end on a phone, and its numbers are those of its run', async (lesson) => {
    await open(lessonHash(lesson), TOUR);
    for (const [index, { question }] of lesson.steps.entries()) {
      await heading(lesson, index);
      if (question !== undefined) {
        await stage('asking');
        const options = page.locator('.guide-ask button:not(.link)');
        expect(await options.count()).toBe(question.options.length);
        await options.nth((question.answer + 1) % question.options.length).tap();
        await page.getByText('Not quite.').waitFor();
        expect(await page.locator('.guide-ask .is-right').count()).toBe(1);
      }
      await stage('there');
      const measured = measuresOf(runOf(lesson, index));
      const shown = await facts();
      expect(shown).toEqual(shown.map(([fact]) => [fact, measured(fact)]));
      const body = page.locator('.guide-body');
      const isWhole = await body.evaluate((element) => {
        const { scrollHeight, clientHeight, scrollWidth, clientWidth } = element as unknown as InPage;
        return scrollHeight <= clientHeight && scrollWidth <= clientWidth;
      });
      expect([index + 1, isWhole]).toEqual([index + 1, true]);
      if (index + 1 < lesson.steps.length) await press('Next');
    }
    await press('Play with it');
    await page.locator('.guide').waitFor({ state: 'detached' });
    expect(new URL(page.url()).hash).toBe(playHash(lesson));
    await page.getByRole('button', { name: 'Publish …' }).click();
    await page.getByRole('dialog', { name: 'Publish' }).getByRole('button', { name: 'Publish' }).click();
    await page.getByText(/^Published at n\d+\./).waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).tap();
  });

  test('stop at the moment that matters: the first duplicate', async () => {
    const lesson = LESSONS[1]!;
    await open(lessonHash(lesson, 1), DESKTOP);
    await stage('playing');
    expect(await page.locator('.play').innerText()).toBe('Pause');
    await stage('there');
    const duplicate = [...simulate(decodeScenario(lesson.run))].find(({ type }) => type === 'duplicate')!;
    expect(await atMs()).toBe(duplicate.time);
    expect(await page.locator('.play').innerText()).toBe('Play');
    await page.locator('.guide').getByRole('button', { name: 'Replay' }).click();
    await stage('playing');
    await page.locator('.guide').getByRole('button', { name: 'Skip' }).click();
    await stage('there');
    expect(await atMs()).toBe(duplicate.time);
  });

  test('lead from step to step and back by their addresses', async () => {
    const lesson = LESSONS[3]!;
    await open('#lessons', { ...DESKTOP, ...STILL });
    await page.locator('.guide').getByRole('link', { name: lesson.title }).click();
    await heading(lesson, 0);
    // From one run of the lesson into another, and back.
    for (const step of [3, 4]) await page.getByRole('link', { name: `Step ${step} of` }).click();
    await stage('there');
    expect(new URL(page.url()).hash).toBe(lessonHash(lesson, 3));
    await page.goBack();
    await heading(lesson, 2);
    await stage('asking');
    await page.goBack();
    await heading(lesson, 0);
    await page.goBack();
    await page.locator('.guide').getByRole('heading', { name: 'Lessons' }).waitFor();
    await page.goForward();
    await heading(lesson, 0);
    // A run of the reader's own ends the lesson; Back leads to it again.
    await page.getByRole('tab', { name: 'Simulate' }).click();
    await page.getByLabel('Begin with').selectOption('first-rumor');
    await page.locator('.guide').waitFor({ state: 'detached' });
    await page.waitForURL(/name=first-rumor/);
    await page.goBack();
    await heading(lesson, 0);
    await stage('there');
  });

  test('can be read and answered by the keyboard alone', async () => {
    const lesson = LESSONS[0]!;
    await open('', { ...DESKTOP, ...STILL });
    const focused = async (): Promise<string> => (await page.locator(':focus').innerText()).replaceAll(/\s+/g, ' ');
    const tabTo = async (words: string): Promise<void> => {
      for (let tabs = 0; tabs < MAX_TABS; tabs++) {
        if ((await page.locator(':focus').count()) > 0 && (await focused()).startsWith(words)) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`“${words}” is not reached by ${MAX_TABS} tabs`);
    };
    await page.getByRole('link', { name: '1. One rumor' }).waitFor();
    await tabTo('1. One rumor');
    await page.keyboard.press('Enter');
    await heading(lesson, 0);
    expect(await focused()).toContain('One rumor');
    await tabTo('node');
    await page.keyboard.press('Enter');
    const tip = page.getByRole('tooltip');
    await tip.waitFor();
    expect(await tip.innerText()).toContain('One running program of the network.');
    await page.keyboard.press('Escape');
    await tip.waitFor({ state: 'hidden' });
    await heading(lesson, 0);
    await tabTo('Next');
    for (let index = 1; index < 5; index++) {
      await page.keyboard.press('Enter');
      await heading(lesson, index);
    }
    // “Next” still has the focus; the options come before it.
    await page.keyboard.press('n');
    await heading(lesson, 5);
    await page.keyboard.press('p');
    await heading(lesson, 4);
    await stage('asking');
    await page.locator('.guide h2').focus();
    await tabTo('3');
    await page.keyboard.press('Enter');
    await page.getByText('Right!').waitFor();
    await tabTo('Next');
    await page.keyboard.press('Enter');
    await heading(lesson, 5);
    await tabTo('Play with it');
    await page.keyboard.press('Enter');
    await page.locator('.guide').waitFor({ state: 'detached' });
    expect(await focused()).toBe('Simulate');
  });

  test('explain a word by a tap', async () => {
    await open(lessonHash(LESSONS[0]!), TOUR);
    await page.locator('.guide').getByRole('button', { name: 'peers' }).tap();
    const tip = page.getByRole('tooltip');
    await tip.waitFor();
    const { x, y, width, height } = (await tip.boundingBox())!;
    expect([x >= 0, y >= 0, x + width <= PHONE.viewport.width, y + height <= PHONE.viewport.height]).not.toContain(
      false,
    );
    await page.locator('.guide h2').tap();
    await tip.waitFor({ state: 'hidden' });
  });

  test.each([
    ['large and light', { ...DESKTOP, colorScheme: 'light' }],
    ['small and dark', { ...PHONE, colorScheme: 'dark' }],
  ] as const)('are accessible by axe-core, on a screen that is %s', async (_, screen) => {
    await open('', { ...screen, ...STILL });
    await page.locator('.graph-picture canvas').first().waitFor({ state: 'attached' });
    await page.evaluate(axe.source);
    const check = async (what: string): Promise<void> => {
      const { passes, violations } = await page.evaluate<axe.AxeResults>(`axe.run({ resultTypes: ['violations'] })`);
      expect(passes.length).toBeGreaterThan(15);
      const found = violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 160))]);
      expect([what, found]).toEqual([what, []]);
    };
    await check('the first screen');
    await go('#lessons');
    await page.locator('.guide').waitFor();
    await check('the list');
    await go(lessonHash(LESSONS[6]!, 2));
    await stage('asking');
    await check('a question');
    await page.getByRole('button', { name: 'They get it later' }).click();
    await stage('there');
    await check('an answer');
    await go(lessonHash(LESSONS[4]!, 3));
    await stage('there');
    await page.getByRole('complementary').waitFor();
    await check('a step with a node’s card');
  });
});
