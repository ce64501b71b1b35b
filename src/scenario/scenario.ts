/**
 * A scenario: which nodes there are, what happens to them and what the network between them is like. The simulator
 * and a real cluster read the same file. Times are milliseconds since the start of the run; parts and chances are
 * numbers from 0 to 1; node `i` is the i-th to start, from 0.
 */
import type { Parameters, StrategyName } from '../core/index.ts';

/** A scenario with nothing left open. A file may leave out whatever has a default (`scenario-file.ts`). */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  /** Every draw comes from it: same scenario, same seed, same trace. */
  readonly seed: number;
  readonly nodes: number;
  /** How long the run goes on, from the first start. */
  readonly durationMs: number;
  readonly strategy: StrategyName;
  /** Where they differ from the core's defaults. */
  readonly parameters: Partial<Parameters>;
  readonly join: JoinPlan;
  readonly workload: Workload;
  readonly network: NetworkPlan;
  /** In the order of their times. */
  readonly faults: readonly Fault[];
}

/**
 * Who each node is told of when it starts, `everyMs` after the one before (0: all at once).
 * `seed`: node 0. `chain`: the node before. `random`: any node before. `graph`: no joining; every node starts with
 * its peers from one connected random undirected graph of this mean degree, and the active view's cap is raised to
 * the largest degree.
 */
export type JoinPlan =
  | { readonly how: 'seed' | 'chain' | 'random'; readonly everyMs: number }
  | { readonly how: 'graph'; readonly degree: number };

export interface Workload {
  /** Does every node publish a favourite when it starts? Then a table holds as many records as there are nodes. */
  readonly favorites: boolean;
  /** Mean time between two favourites of one node, give or take half, as of a real node; 0: it keeps the first. */
  readonly resampleMs: number;
  readonly updates: PlannedUpdates;
  /** Updates by hand. */
  readonly publish: readonly { readonly atMs: number; readonly node: number; readonly book: string }[];
}

/** `count` updates, one every `everyMs`, from `startMs` on. */
export interface PlannedUpdates {
  readonly count: number;
  readonly startMs: number;
  readonly everyMs: number;
  /** By so many random nodes in turn; 0: each by a random live node. */
  readonly origins: number;
  /** The first of them, which are not measured. */
  readonly warmUp: number;
  /** Each of them asks for a receipt within so long; 0: none does. */
  readonly receiptWithinMs: number;
}

/**
 * One way. Drawn once per link, the same both ways, and each message's a few parts in a hundred more or less
 * (`link-delays.ts`); or, where `perMessage` says so, anew for each message.
 */
export type Delay =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly minMs: number; readonly maxMs: number; readonly perMessage: boolean }
  /** `medianMs` × e^(`sigma` × standard normal), at most `maxMs`. */
  | {
      readonly kind: 'logNormal';
      readonly medianMs: number;
      readonly sigma: number;
      readonly maxMs: number;
      readonly perMessage: boolean;
    }
  /**
   * Node `i` is in region `i mod regions`; row: from, column: to; one delay between each two, plus up to `jitterMs`
   * drawn uniformly. A file may name places instead (`places.ts`).
   */
  | { readonly kind: 'regions'; readonly matrixMs: readonly (readonly number[])[]; readonly jitterMs: number };

export interface NetworkPlan {
  readonly delay: Delay;
  /** Chance that a message is lost, silently. */
  readonly loss: number;
  /** Chance that it arrives twice. */
  readonly duplication: number;
  /**
   * Chance that a message may overtake others of its link. The rest of a link's messages arrive in the order they
   * were sent, as over one connection. 1: each takes its own time.
   */
  readonly reordering: number;
  /** Of each node's uplink; 0: unbounded. A message takes the length of its JSON. */
  readonly bytesPerSecond: number;
  /** How long a node is busy with one message; they wait in line. 0: none. */
  readonly serviceMs: number;
  /** All nodes are on one machine, which works on so many messages at a time; 0: each has a machine of its own. */
  readonly cores: number;
  /**
   * How long until a sender learns that nobody listens at an address (`unreachable`, refused), as over TCP.
   * `null`: it never does, as over UDP.
   */
  readonly refusedAfterMs: number | null;
  /**
   * How long until a process's peers learn that it died because its connections close, as on a machine that goes on.
   * `null`: they do not, as when the machine is gone, too, or there are no connections.
   */
  readonly closedAfterMs: number | null;
  /** How long until a sender learns that an answer does not come (paused, cut off); `null`: it never does. */
  readonly timeoutMs: number | null;
}

/** Whom a fault strikes: these, or so many (or this part) of those it can strike, drawn at random. */
export type Selection = readonly number[] | { readonly count: number } | { readonly part: number };

export type Fault = { readonly atMs: number } & (
  | { readonly do: 'kill' | 'leave' | 'pause' | 'resume'; readonly nodes: Selection }
  /** Those that do not run start again at their address, `remember`ing their version or not. */
  | { readonly do: 'restart'; readonly nodes: Selection; readonly remember: boolean }
  /** Takes so many times as long over each message; 1: as before. */
  | { readonly do: 'slow'; readonly nodes: Selection; readonly factor: number }
  /** The selected nodes on one side, all others on the other; `oneWay`: only what the selected send is lost. */
  | { readonly do: 'partition'; readonly nodes: Selection; readonly oneWay: boolean }
  | { readonly do: 'heal' }
  /** Their clocks run this many times as fast. */
  | { readonly do: 'drift'; readonly nodes: Selection; readonly rate: number }
  /** From now on this is the chance that a message is lost, in place of the network's. */
  | { readonly do: 'lose'; readonly chance: number }
  /** From now on until `untilMs`, kills random nodes at this rate; each comes back after `downMs`. */
  | {
      readonly do: 'churn';
      readonly killsPerSecond: number;
      readonly downMs: number;
      readonly untilMs: number;
      readonly remember: boolean;
    }
);
