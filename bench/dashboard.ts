/**
 * `npm run bench:dashboard`: how smooth the built page is in a headless Chromium, which draws in software: on a machine with a
 * graphics card it is faster. Frames while a hundred nodes that resample every ten seconds gossip live, and while a thousand
 * simulated nodes do; the time each frame's work takes on the page's thread, and the frames that came late.
 */
import { launchChromium } from '../test/processes/chromium.ts';
import { servePage } from '../test/processes/page-server.ts';
import type { FeedMessage } from '../src/dashboard/feed.ts';
import { parseScenario, simulate } from '../src/sim/simulate.ts';
import type { RunEvent } from '../src/trace/trace-event.ts';
import { pause } from './measured-process.ts';

const WARM_UP_MS = 20_000;
const MEASURED_MS = 10_000;
const BATCH_MS = 100;

interface Run {
  readonly nodes: number;
  readonly resampleMs: number;
}

async function measure({ nodes, resampleMs }: Run): Promise<object> {
  const durationMs = WARM_UP_MS + MEASURED_MS + 2_000;
  const events = [
    ...simulate(parseScenario({ nodes, durationMs, join: { how: 'seed', everyMs: 5 }, workload: { resampleMs } })),
  ];
  const past = events.filter(({ time }) => time <= WARM_UP_MS);
  const opened: FeedMessage = { type: 'opened', source: 'live', name: 'a bench', actions: [], fromMs: 0 };
  const server = await servePage(() => [opened, { type: 'events', events: past, nowMs: WARM_UP_MS }]);
  const chromium = await launchChromium();
  try {
    const page = await chromium.browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    const openedAt = performance.now();
    await page.goto(server.url);
    await page.locator('.graph-sigma canvas').first().waitFor({ state: 'attached' });
    const firstPictureMs = performance.now() - openedAt;
    await pause(8_000);
    const frames = page.evaluate<Frames>(`(${FRAMES})(${MEASURED_MS})`);
    await replay(events, (message) => server.tell(message));
    const told = events.filter(({ time }) => time > WARM_UP_MS && time <= WARM_UP_MS + MEASURED_MS).length;
    return {
      nodes,
      eventsPerSecond: told / (MEASURED_MS / 1000),
      firstPictureMs: Math.round(firstPictureMs),
      ...(await frames),
    };
  } finally {
    await chromium.close();
    await server.close();
  }
}

/** In real time, as an observer tells it. */
async function replay(events: readonly RunEvent[], tell: (message: FeedMessage) => void): Promise<void> {
  const startedAt = performance.now();
  let next = events.findIndex(({ time }) => time > WARM_UP_MS);
  for (let nowMs = WARM_UP_MS; nowMs < WARM_UP_MS + MEASURED_MS;) {
    await pause(BATCH_MS);
    nowMs = WARM_UP_MS + (performance.now() - startedAt);
    const batch: RunEvent[] = [];
    for (; next < events.length && events[next]!.time <= nowMs; next++) batch.push(events[next]!);
    tell({ type: 'events', events: batch, nowMs });
  }
}

interface Frames {
  readonly frames: number;
  readonly frameMs: { readonly p50: number; readonly p95: number; readonly max: number };
  readonly over50MsPercent: number;
}

/** Runs in the page: the times between its frames. */
const FRAMES = `(durationMs) => new Promise((resolve) => {
  const gaps = [];
  const startedAt = performance.now();
  let last = startedAt;
  const frame = (now) => {
    gaps.push(now - last);
    last = now;
    if (now - startedAt < durationMs) return requestAnimationFrame(frame);
    gaps.sort((a, b) => a - b);
    const at = (part) => Math.round(gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * part))] * 10) / 10;
    const late = gaps.filter((gap) => gap > 50).length;
    resolve({ frames: gaps.length, frameMs: { p50: at(0.5), p95: at(0.95), max: at(1) },
      over50MsPercent: Math.round((late / gaps.length) * 1000) / 10 });
  };
  requestAnimationFrame(frame);
})`;

for (const run of [
  { nodes: 100, resampleMs: 10_000 },
  { nodes: 1_000, resampleMs: 1_000_000 },
] satisfies Run[]) {
  console.log(JSON.stringify(await measure(run)));
}
