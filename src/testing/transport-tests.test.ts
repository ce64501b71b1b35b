import { describe, expect, test } from 'vitest';
import { networkOf, WRONG_TRANSPORTS } from '../../test/wrong-transports.ts';
import { splitAddress } from '../core/index.ts';
import { HttpTransport } from '../http/http-node.ts';
import { MemoryNetwork } from './memory-network.ts';
import { CLAIMS } from './transport-claims.ts';
import { runTransportTests, type TransportTestSetup } from './transport-tests.ts';

describe('over HTTP', () => {
  // What it serves beside messages.
  const view = {
    remembered: [],
    snapshot: () => ({ peers: [] }),
    subscribe: () => () => undefined,
  } as unknown as ReturnType<ConstructorParameters<typeof HttpTransport>[1]>;
  runTransportTests({
    test,
    create: (address) => {
      const port = address === undefined ? 0 : splitAddress(address).port;
      return new HttpTransport({ port, join: [], guests: false }, () => view);
    },
  });
});

describe.each([0, 3])('in memory, %i ms apart', (delayMs) => {
  const network = new MemoryNetwork({ delayMs });
  runTransportTests({ test, create: (address) => network.transport(address) });
});

/** Which of these claims fail, and why. */
async function failuresOf(setup: Omit<TransportTestSetup, 'test'>, isAsked: (claim: string) => boolean) {
  const claims: [string, () => Promise<void>][] = [];
  runTransportTests({ ...setup, test: (name, run) => claims.push([name, run]) });
  const failures = new Map<string, string>();
  for (const [name, run] of claims.filter(([claim]) => isAsked(claim)))
    await run().catch((error: Error) => failures.set(name, error.message));
  return failures;
}

describe('a wrong transport fails the claim that it breaks, and no other', () => {
  /** Counts what is open in this process, so nothing else may run beside it. */
  const isAlone = (claim: string): boolean => claim === 'close leaves nothing that keeps a process alive';

  test('what its close leaves', async () => {
    const failed: string[] = [];
    for (const { breaks, wrong } of WRONG_TRANSPORTS) {
      const failures = await failuresOf({ create: networkOf(wrong), withinMs: 100 }, isAlone);
      if (failures.size > 0) failed.push(breaks);
    }
    expect(failed.filter((claim) => !isAlone(claim))).toEqual([]);
    expect(failed).toHaveLength(1);
  });

  test.concurrent.each(WRONG_TRANSPORTS)('$breaks', async ({ breaks, wrong }) => {
    const failures = await failuresOf({ create: networkOf(wrong), withinMs: 1000 }, (claim) => !isAlone(claim));
    expect([...failures.keys()], [...failures.values()].join('\n')).toEqual(isAlone(breaks) ? [] : [breaks]);
  });

  test('and there is one for each claim but the first, without which nothing can be claimed', () => {
    const broken = new Set(WRONG_TRANSPORTS.map(({ breaks }) => breaks));
    const whole = CLAIMS.map(({ name }) => name).filter((name) => !broken.has(name));
    expect(whole).toEqual(['a message arrives, and so does the answer']);
  });
});

test('a transport that promises less is not asked for it', () => {
  const declared: string[] = [];
  const create = networkOf(WRONG_TRANSPORTS[0]!.wrong);
  runTransportTests({ test: (name) => declared.push(name), create, promises: ['once'] });
  expect(CLAIMS.map(({ name }) => name).filter((name) => !declared.includes(name))).toEqual([
    'messages arrive in order',
    'a peer that has closed is reported as unreachable',
    'where nobody listens, that is reported as refused',
  ]);
});
