/**
 * The built simulator does the same everywhere, to the byte: in this process, in a thread of its own, and in a web worker
 * of a browser, where it has nothing of Node's. What is compared with is its source.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { measure, parseScenario, traceHashOf, type Measured } from '../../src/sim/simulate.ts';
import { ALL_FAULTS, scenarioOf } from '../scenarios.ts';
import { launchChromium, whyNoChromium, type Chromium } from './chromium.ts';

const LIBRARY = resolve('dist/lib');

/** What is run elsewhere: from a scenario file's JSON to the hash of its trace and its measures. */
interface Result {
  readonly hash: string;
  readonly measured: Measured;
}

type Runner = (file: object) => Promise<Result>;

/** Between them every kind of fault, delay and strategy whose arithmetic could differ between engines. */
const SCENARIOS: readonly (readonly [string, object])[] = [
  ['every fault there is', scenarioOf(ALL_FAULTS)],
  ['log-normal delays', { nodes: 30, strategy: 'random', network: { delay: { kind: 'logNormal', medianMs: 30 } } }],
  ['a flooded graph', { nodes: 60, strategy: 'flood', join: 'graph', workload: { updates: 3 }, durationMs: 5000 }],
];

function here(file: object): Result {
  const scenario = parseScenario(file);
  return { hash: traceHashOf(scenario), measured: measure(scenario) };
}

/** @param run runs a scenario file in the place that is meant */
function itIsTheSame(run: Runner): void {
  test.each(SCENARIOS)('%s: the same trace and the same measures as here', async (_, file) => {
    const result = await run(file);
    expect(result).toEqual(here(file));
    expect(result.measured.updates).toBeGreaterThan(0);
  });

  test('another seed, another trace', async () => {
    const [, file] = SCENARIOS[0]!;
    const [first, other] = [await run(file), await run({ ...file, seed: 4711 })];
    expect(other.hash).not.toBe(first.hash);
  });
}

describe('in a thread of its own', () => {
  const script = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData.library).then(({ measure, parseScenario, traceHashOf }) => {
      const scenario = parseScenario(workerData.file);
      parentPort.postMessage({ hash: traceHashOf(scenario), measured: measure(scenario) });
    });`;

  itIsTheSame(async (file) => {
    const library = pathToFileURL(`${LIBRARY}/sim.mjs`).href;
    const worker = new Worker(script, { eval: true, workerData: { library, file } });
    try {
      return await new Promise<Result>((resolve, reject) => worker.once('message', resolve).once('error', reject));
    } finally {
      await worker.terminate();
    }
  });
});

// A machine that checks what is to land must have one.
const isSkipped = whyNoChromium !== undefined && process.env['CI'] !== 'true';

describe.skipIf(isSkipped)(`in a web worker of a browser${isSkipped ? ` (skipped: ${whyNoChromium})` : ''}`, () => {
  const script = `
    import { measure, parseScenario, traceHashOf } from '/sim.mjs';
    addEventListener('message', ({ data }) => {
      const scenario = parseScenario(data);
      postMessage({ hash: traceHashOf(scenario), measured: measure(scenario) });
    });`;
  let chromium: Chromium;
  let page: Page;

  beforeAll(async () => {
    chromium = await launchChromium();
    page = await chromium.browser.newPage();
    // No server, and no way out: what is not answered here does not exist.
    await page.route('**/*', (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: '<!doctype html>' });
      const body = pathname === '/worker.mjs' ? script : readFileSync(LIBRARY + pathname, 'utf8');
      return route.fulfill({ contentType: 'text/javascript', body });
    });
    await page.goto('http://simulator.test/');
  });

  afterAll(() => chromium?.close());

  itIsTheSame((file) => page.evaluate(runInWorker, file));
});

/** Runs in the page. */
function runInWorker(file: object): Promise<Result> {
  interface BrowserWorker {
    onmessage: (event: { readonly data: Result }) => void;
    onerror: (event: { readonly message?: string }) => void;
    postMessage(data: unknown): void;
    terminate(): void;
  }
  const page = globalThis as unknown as { readonly Worker: new (url: string, options: object) => BrowserWorker };
  const worker = new page.Worker('/worker.mjs', { type: 'module' });
  return new Promise<Result>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message ?? 'the worker could not be loaded'));
    worker.postMessage(file);
  }).finally(() => worker.terminate());
}
