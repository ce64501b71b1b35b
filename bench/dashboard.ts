/**
 * `npm run bench:dashboard`: how smooth the built page is in a headless Chromium, which draws in software: on a machine with a
 * graphics card it is faster. Frames in each second, and the times between them: while a hundred nodes that resample every ten
 * seconds are told to it live, while it simulates a thousand that have joined, and while a thousand join in it.
 */
import { loadavg } from 'node:os';
import type { Page } from 'playwright-core';
import { launchChromium } from '../test/processes/chromium.ts';
import { servePage } from '../test/processes/page-server.ts';
import type { FeedMessage } from '../src/dashboard/feed.ts';
import { parseScenario, simulate } from '../src/sim/simulate.ts';
import { quantileOf } from '../src/trace/sample-quantile.ts';
import type { RunEvent } from '../src/trace/trace-event.ts';
import { pause } from './measured-process.ts';

/** Of the network before the page opens, of the page until its picture has come to rest, and of what is measured. */
const PAST_MS = 8_000;
const REST_MS = 4_000;
const MEASURED_MS = 20_000;
const BATCH_MS = 100;
/** A page that is slower than this is not usable, and the bench fails. */
const WAIT_MS = 30_000;

const LIVE_NODES = 100;
const THOUSAND = 'nodes=1000&seed=7&join=graph:6&favorites=no&updates=60&updatesFrom=500&updatesEvery=500&for=60000';
/** As the slider makes it: through one seed, each with a favourite of its own. */
const JOINING = 'nodes=1000&seed=7&for=60000';

async function measureLive(): Promise<object> {
  const durationMs = PAST_MS + REST_MS + MEASURED_MS + BATCH_MS;
  const scenario = parseScenario({ nodes: LIVE_NODES, durationMs, workload: { resampleMs: 10_000 } });
  const events = [...simulate(scenario)];
  const past = events.filter(({ time }) => time <= PAST_MS);
  const opened: FeedMessage = { type: 'opened', source: 'live', name: 'a bench', actions: [], fromMs: 0 };
  const greeting: FeedMessage[] = [opened, { type: 'events', events: past, nowMs: PAST_MS }];
  return withPage('', greeting, async (page, tell) => {
    const told = replay(events, durationMs, tell);
    await pause(REST_MS);
    const frames = await framesOf(page);
    await told;
    const measured = events.filter(({ time }) => time > PAST_MS + REST_MS && time <= PAST_MS + REST_MS + MEASURED_MS);
    return { nodes: LIVE_NODES, source: 'told', eventsPerSecond: (measured.length * 1000) / MEASURED_MS, ...frames };
  });
}

async function measureSimulated(address: string, restMs: number): Promise<object> {
  return withPage(`simulate#${address}`, undefined, async (page) => {
    await pause(restMs);
    const before = await simulatedEvents(page);
    const frames = await framesOf(page);
    const eventsPerSecond = Math.round(((await simulatedEvents(page)) - before) / (MEASURED_MS / 1000));
    const source = address === JOINING ? 'joining in the page' : 'simulated in the page';
    return { nodes: 1_000, source, eventsPerSecond, ...frames };
  });
}

async function withPage(
  path: string,
  greeting: readonly FeedMessage[] | undefined,
  measure: (page: Page, tell: (message: FeedMessage) => void) => Promise<object>,
): Promise<object> {
  const server = await servePage(greeting && (() => greeting));
  const chromium = await launchChromium();
  try {
    const page = await chromium.browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    page.setDefaultTimeout(WAIT_MS);
    const openedAt = performance.now();
    await page.goto(server.url + path);
    await page.locator('.graph-nodes[data-nodes]').waitFor({ state: 'attached' });
    const firstPictureMs = Math.round(performance.now() - openedAt);
    const measured = await measure(page, (message) => server.tell(message));
    return { ...measured, firstPictureMs, loadAverage: Number(loadavg()[0]!.toFixed(1)) };
  } finally {
    await chromium.close();
    await server.close();
  }
}

async function simulatedEvents(page: Page): Promise<number> {
  const text = await page.locator('.sim-card').innerText();
  return Number(/([\d,]+) events/.exec(text)?.[1]?.replaceAll(',', '') ?? NaN);
}

/** In real time, as an observer tells it. */
async function replay(
  events: readonly RunEvent[],
  untilMs: number,
  tell: (message: FeedMessage) => void,
): Promise<void> {
  const startedAt = performance.now();
  let next = events.findIndex(({ time }) => time > PAST_MS);
  for (let nowMs = PAST_MS; nowMs < untilMs;) {
    await pause(BATCH_MS);
    nowMs = PAST_MS + (performance.now() - startedAt);
    const batch: RunEvent[] = [];
    for (; next < events.length && events[next]!.time <= nowMs; next++) batch.push(events[next]!);
    tell({ type: 'events', events: batch, nowMs });
  }
}

interface Frames {
  /** The median of whole seconds, and the worst of them. */
  readonly framesPerSecond: { readonly p50: number; readonly min: number };
  readonly frameMs: { readonly p50: number; readonly p95: number; readonly max: number };
  readonly over50MsPercent: number;
}

async function framesOf(page: Page): Promise<Frames> {
  const gaps = await page.evaluate<number[]>(`(${FRAME_TIMES})(${MEASURED_MS})`);
  const at = (part: number): number => Math.round((quantileOf(gaps, part) ?? NaN) * 10) / 10;
  const late = gaps.filter((gap) => gap > 50).length;
  const perSecond = framesInEachSecond(gaps);
  return {
    framesPerSecond: { p50: quantileOf(perSecond, 0.5) ?? NaN, min: Math.min(...perSecond) },
    frameMs: { p50: at(0.5), p95: at(0.95), max: at(1) },
    over50MsPercent: Math.round((late / gaps.length) * 1000) / 10,
  };
}

function framesInEachSecond(gaps: readonly number[]): number[] {
  const counts = Array.from({ length: Math.floor(MEASURED_MS / 1000) }, () => 0);
  let at = 0;
  for (const gap of gaps) {
    at += gap;
    const second = Math.floor(at / 1000);
    if (second < counts.length) counts[second]!++;
  }
  return counts;
}

/** Runs in the page: the times between its frames. */
const FRAME_TIMES = `(durationMs) => new Promise((resolve) => {
  const gaps = [];
  const startedAt = performance.now();
  let last = startedAt;
  const frame = (now) => {
    gaps.push(now - last);
    last = now;
    if (now - startedAt < durationMs) return requestAnimationFrame(frame);
    resolve(gaps);
  };
  requestAnimationFrame(frame);
})`;

for (const measure of [measureLive, () => measureSimulated(THOUSAND, REST_MS), () => measureSimulated(JOINING, 0)]) {
  console.log(JSON.stringify(await measure()));
}
