/**
 * Members of a network in virtual time, for the tests of a service: no sockets, no sleeps, the same run for the same seed.
 *
 *     import { createTestNetwork } from 'gossip/testing';
 *
 *     const network = createTestNetwork<{ load: number }>(3);
 *     network.members[0].set({ load: 0.7 });
 *     network.advance(2000);
 *     network.members[2].get(network.members[0].address); // { load: 0.7 }
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Address, NodeSnapshot, Payload, RecordSnapshot } from '../core/index.ts';
import { checkKey, checkPayload } from '../http/decoder.ts';
import { Unpublished } from '../http/unpublished.ts';
import { GossipMember } from '../library/gossip-member.ts';
import type { Gossip } from '../library/gossip.ts';
import type { MemberNode } from '../library/member-node.ts';
import { checkOwnOptions } from '../library/options.ts';
import { parseScenario } from '../scenario/scenario-file.ts';
import { Simulation } from '../sim/simulation.ts';
import type { HostEvent, RunEvent, TraceEvent } from '../trace/trace-event.ts';

export type * from '../library/gossip.ts';

/** A member as `createGossip` gives it, without the process below it and its HTTP. */
export type TestMember<Value, Input = Value> = Omit<Gossip<Value, Input>, 'node' | 'handler'>;

export interface TestNetworkOptions {
  /** Every random choice comes from it. 1. */
  readonly seed?: number;
}

export interface TestNetwork<Value, Input = Value> {
  readonly members: readonly TestMember<Value, Input>[];
  /** Milliseconds of virtual time. */
  readonly now: number;
  /** Lets so many milliseconds pass, at once. Promises and iterators go on when the test next awaits. */
  readonly advance: (ms: number) => void;
  /** Its process dies and tells nobody. A receipt that it waits for reports nobody reached. */
  readonly kill: (member: number) => void;
  /** These on one side, all others on the other, until `heal()`. */
  readonly partition: (members: readonly number[]) => void;
  readonly heal: () => void;
}

/** What only the simulator knows: no member of a real network is told of it. */
const OF_THE_HOST: ReadonlySet<RunEvent['type']> = new Set<HostEvent['type']>([
  'started',
  'stopped',
  'paused',
  'resumed',
  'lost',
]);

/**
 * @param count how many members: they start at once and join through the first
 * @param options with a `schema` every value is checked by each member, as by `createGossip`
 * @throws {Error} when the count or the seed cannot be
 */
export function createTestNetwork<Schema extends StandardSchemaV1>(
  count: number,
  options: TestNetworkOptions & { readonly schema: Schema },
): TestNetwork<StandardSchemaV1.InferOutput<Schema>, StandardSchemaV1.InferInput<Schema>>;
export function createTestNetwork<Value>(
  count: number,
  options?: TestNetworkOptions & {
    readonly schema?: StandardSchemaV1<unknown, Value> | StandardSchemaV1<Value, Value>;
  },
): TestNetwork<Value>;
export function createTestNetwork<Value>(
  count: number,
  { seed = 1, schema }: TestNetworkOptions & { readonly schema?: StandardSchemaV1<Value, Value> } = {},
): TestNetwork<Value> {
  checkOwnOptions({ schema });
  const scenario = parseScenario({
    nodes: count,
    seed,
    workload: { favorites: false, updates: { count: 0 } },
    join: { how: 'seed', everyMs: 0 },
  });
  const simulation = new Simulation(scenario, {
    observe: (time, address, event) => {
      if (OF_THE_HOST.has(event.type)) return;
      members[simulation.indexOf(address)!]!.observe({ time, node: address, ...event } as TraceEvent);
    },
  });
  const members = Array.from(
    { length: count },
    (_, node) => new GossipMember<Value, Value, MemberNode>(new SimulatedNode(simulation, node), schema, undefined),
  );
  simulation.runUntil(0);
  for (const member of members) member.introduce();
  const checked = (node: number): number => {
    simulation.addressOf(node);
    return node;
  };
  return {
    members,
    get now() {
      return simulation.now;
    },
    advance(ms) {
      if (!Number.isFinite(ms) || ms < 0) throw new RangeError(`advance: expected milliseconds from 0, got ${ms}`);
      const until = simulation.now + ms;
      simulation.schedule(until, () => undefined);
      simulation.runUntil(until);
    },
    kill(node) {
      simulation.kill(checked(node));
      void members[node]!.close();
    },
    partition: (nodes) => simulation.partition(nodes.map(checked), false),
    heal: () => simulation.heal(),
  };
}

class SimulatedNode implements MemberNode {
  constructor(
    private readonly simulation: Simulation,
    private readonly index: number,
  ) {}

  get self(): Address {
    return this.simulation.addressOf(this.index);
  }

  get version(): number {
    return this.snapshot().version;
  }

  now(): number {
    return this.simulation.now;
  }

  snapshot(): NodeSnapshot {
    return this.simulation.snapshot(this.index);
  }

  record(origin: Address, key?: string): RecordSnapshot | undefined {
    return this.snapshot().records.find((record) => record.origin === origin && record.key === key);
  }

  publish(payload: Payload | undefined, key?: string, receiptWithinMs?: number): void {
    const { simulation, index, version } = this;
    if (!simulation.isUp(index)) throw new Unpublished('stopped');
    const problem = checkPayload(payload) ?? checkKey(key);
    if (problem !== undefined) throw new RangeError(problem);
    simulation.publish(index, payload, key, receiptWithinMs);
    if (this.version === version) throw new Unpublished(version);
  }

  stop(): Promise<void> {
    this.simulation.leave(this.index);
    return Promise.resolve();
  }
}
