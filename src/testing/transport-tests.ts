/**
 * Certifies a transport: a claim each, which any test runner runs.
 *
 *     import { test } from 'node:test'; // or vitest, or jest
 *     import { runTransportTests } from 'gossip/testing';
 *
 *     runTransportTests({ test, create: (address) => new MyTransport(address) });
 */
import type { Address } from '../core/index.ts';
import type { Transport } from '../http/transport.ts';
import { Station } from './station.ts';
import { CLAIMS, type Stage, type TransportPromise } from './transport-claims.ts';

export type { TransportPromise } from './transport-claims.ts';

export interface TransportTestSetup {
  /** Declares a test: `test` of `node:test`, vitest or jest, or anything else that takes a name and a function that may reject. */
  readonly test: (name: string, run: () => Promise<void>) => unknown;
  /**
   * A new transport, in the same network as all others of these tests.
   *
   * @param address where it has to be; an earlier transport was there and has been closed. `undefined`: anywhere that is free
   */
  readonly create: (address?: Address) => Transport | Promise<Transport>;
  /** What this transport promises beyond the minimum; all, if not given. Claims about the others are not declared. */
  readonly promises?: readonly TransportPromise[];
  /** How long a message, or a report, may take at most, in milliseconds. 3000: below what most test runners give a test. */
  readonly withinMs?: number;
}

const ALL: readonly TransportPromise[] = ['order', 'once', 'unreachable', 'refused'];

/**
 * Declares a test for each claim about a transport. Each uses two to five transports, closes them, and takes at most a few times
 * `withinMs`, mostly far less. On a quiet machine or loopback nothing should get lost; then a failure is the transport's.
 */
export function runTransportTests({ test, create, promises = ALL, withinMs = 3000 }: TransportTestSetup): void {
  for (const { name, needs, check } of CLAIMS) {
    if (needs !== undefined && !promises.includes(needs)) continue;
    test(name, async () => {
      const stations: Station[] = [];
      const stage: Stage = {
        withinMs,
        station: async (options = {}) => {
          const station = new Station(await create(options.address), withinMs, options.cluster);
          stations.push(station);
          await station.begin();
          return station;
        },
      };
      try {
        await check(stage);
      } finally {
        await Promise.allSettled(stations.map((station) => station.end()));
      }
    });
  }
}
