/** Do the swarm's checks bite? Cores that are each broken in one place on purpose, and the law that each must be caught by. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Address } from '../src/core/address.ts';
import { FailureDetector } from '../src/core/detection/failure-detector.ts';
import { Flood } from '../src/core/broadcast/flood.ts';
import { GossipNode } from '../src/core/node.ts';
import { Gatherings } from '../src/core/receipts/gatherings.ts';
import { HyParView } from '../src/core/overlay/hyparview.ts';
import { Incarnation } from '../src/core/state/incarnation.ts';
import type { Claim, Rumor, Status } from '../src/core/messages.ts';
import { Table } from '../src/core/state/table.ts';
import { examine } from '../src/verify/examination.ts';
import type { Scenario } from '../src/scenario/scenario.ts';
import { swarmScenario } from '../src/verify/swarm-scenario.ts';
import type { Law, Violation } from '../src/verify/violation.ts';

/** Each mutant must be caught among so few networks, and small ones: what never comes to rest takes long. */
const NETWORKS = 12;
const MAX_NODES = 12;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- private methods of any class
type Method = (this: any, ...args: any[]) => any;

const undo: (() => void)[] = [];
afterEach(() => {
  for (const restore of undo.splice(0)) restore();
});

/** Puts another method in the place of a part's own, until the test ends. */
function replace(part: { readonly prototype: object }, name: string, change: (original: Method) => Method): void {
  const { prototype } = part;
  const original = Reflect.get(prototype, name) as Method;
  expect(original, `${name} is not there to be broken`).toBeTypeOf('function');
  Reflect.set(prototype, name, change(original));
  undo.push(() => Reflect.set(prototype, name, original));
}

interface Mutant {
  readonly law: Law;
  readonly mutate: () => void;
}

/** What becomes of a rumor that a node passes on. */
function passingOn(change: (rumor: Rumor) => Rumor): void {
  replace(
    GossipNode,
    'passOn',
    (original) =>
      function (from: Address, rumor: Rumor, hops: number) {
        original.call(this, from, change(rumor), hops);
      },
  );
}

const MUTANTS: { readonly [name: string]: Mutant } = {
  'names its children before they answer': {
    law: 'receipt',
    mutate: () =>
      replace(
        Gatherings,
        'begin',
        (original) =>
          function (this: Gatherings, rumor: Rumor, parent: Address, awaited: readonly Address[]) {
            original.call(this, rumor, parent, awaited);
            const { uuid, origin } = rumor;
            for (const peer of awaited) this.receive(peer, { type: 'receipt', uuid, origin, holders: [peer] });
          },
      ),
  },
  'takes older versions for news': {
    law: 'version',
    mutate: () =>
      replace(
        Table,
        'merge',
        (original) =>
          function (rumor: Rumor, ...rest: unknown[]) {
            const result = original.call(this, rumor, ...rest) as string;
            if (result !== 'stale' || rumor.status !== undefined) return result;
            (this as { members: Map<Address, unknown> }).members.delete(rumor.origin);
            return original.call(this, rumor, ...rest) as string;
          },
      ),
  },
  'does not count the TTL down': {
    law: 'ttl',
    mutate: () => passingOn((rumor) => ({ ...rumor, ttl: rumor.ttl + 1 })),
  },
  'passes a goodbye on as a death': {
    law: 'published',
    mutate: () => passingOn((rumor) => (rumor.status === 'left' ? { ...rumor, status: 'down' } : rumor)),
  },
  'changes what it passes on': {
    law: 'published',
    mutate: () => passingOn((rumor) => (rumor.payload === undefined ? rumor : { ...rumor, payload: 'something else' })),
  },
  'takes more peers than its cap': {
    law: 'cap',
    mutate: () => replace(HyParView, 'evictOne', () => () => undefined),
  },
  'sends a rumor back to who brought it': {
    law: 'spread',
    mutate: () =>
      replace(
        Flood,
        'spread',
        (original) =>
          function (rumor: Rumor) {
            original.call(this, rumor, undefined);
          },
      ),
  },
  'calls down without suspicion': {
    law: 'patience',
    mutate: () =>
      replace(
        GossipNode,
        'accuse',
        (original) =>
          function (origin: Address, version: number, claim: Claim) {
            original.call(this, origin, version, claim === 'suspect' ? 'down' : claim);
          },
      ),
  },
  'accuses who has said goodbye': {
    law: 'leaver',
    mutate: () =>
      replace(
        GossipNode,
        'noticeStatus',
        (original) =>
          function (origin: Address, before: Status) {
            original.call(this, origin, before);
            const { self, table, accuse } = this as { self: Address; table: Table; accuse: Method };
            if (origin !== self && before === 'alive' && table.statusOf(origin) === 'left') {
              accuse.call(this, origin, table.versionOf(origin), 'suspect');
            }
          },
      ),
  },
  'does not refute what is said of it': {
    law: 'verdict',
    mutate: () =>
      replace(
        Incarnation,
        'hear',
        (original) =>
          function (from: Address, rumor: Rumor, hops: number) {
            if (rumor.status === undefined) original.call(this, from, rumor, hops);
          },
      ),
  },
  'accuses nobody': {
    law: 'verdict',
    mutate: () => replace(FailureDetector, 'conclude', () => () => undefined),
  },
  'does not notice that tables differ': {
    law: 'latest',
    mutate: () => {
      replace(Table, 'hash', () => () => '0000000000000000');
      replace(Table, 'hashUntil', () => () => '0000000000000000');
    },
  },
  'keeps links that the other side has ended': {
    law: 'overlay',
    mutate: () => replace(HyParView, 'onDisconnect', () => () => undefined),
  },
  'throws at a goodbye': {
    law: 'crash',
    mutate: () =>
      passingOn((rumor) => {
        if (rumor.status === 'left') throw new Error('at a loss');
        return rumor;
      }),
  },
};

const networks: Scenario[] = [];
for (let seed = 1; networks.length < NETWORKS; seed++) {
  const scenario = swarmScenario(seed);
  if (scenario.nodes <= MAX_NODES) networks.push(scenario);
}

function firstViolation(): Violation | undefined {
  for (const scenario of networks) {
    const { violation } = examine(scenario);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

describe('a core that', () => {
  test.each(Object.entries(MUTANTS))(
    '%s is caught',
    (_, { law, mutate }) => {
      mutate();
      expect(firstViolation()?.law).toBe(law);
    },
    60_000,
  );
});
