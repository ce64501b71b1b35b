/** What happened in a run, counted for the texts of its lesson: one pass over its trace. */
import type { RunEvent } from '../../../trace/trace-event.ts';
import type { Address, Millis } from '../../../trace/views.ts';
import { countText } from '../../../text/numbers.ts';
import { spanText } from '../../../text/spans.ts';
import type { Scenario } from '../../../scenario/scenario.ts';
import type { Happening, Moment } from './lesson.ts';

type At = { readonly at: Millis; readonly node: Address; readonly via: Address };

/** One update: a book that a node published. */
interface Dissemination {
  readonly origin: Address;
  readonly version: number;
  readonly publishedAt: Millis;
  readonly copies: Millis[];
  readonly deliveries: At[];
  readonly duplicates: At[];
  readonly stale: At[];
  readonly lost: Millis[];
  lastHop: number;
}

interface Verdict {
  readonly at: Millis;
  readonly node: Address;
  readonly about: Address;
  readonly status: string;
}

/** @throws Error where a lesson speaks of something that did not happen: a mistake in the lesson */
export class RunFacts {
  private readonly disseminations = new Map<string, Dissemination>();
  private readonly byUuid = new Map<string, Dissemination>();
  private readonly started = new Set<Address>();
  private readonly stopped = new Map<Address, Millis>();
  private readonly verdicts: Verdict[] = [];
  /** `n1 n2` while n1 has n2 for a peer. */
  private readonly links = new Set<string>();
  private linksAtFirst = 0;
  private peersOfOrigin = 0;

  constructor(
    readonly scenario: Scenario,
    events: Iterable<RunEvent>,
  ) {
    for (const event of events) this.observe(event);
  }

  /** As a text shows it. */
  textOf(name: string, book?: string): string {
    if (Object.hasOwn(NODES, name)) return shortName(this.nodeOf(name as NodeFactName, book));
    const fact = Object.hasOwn(FACTS, name) ? FACTS[name as FactName] : undefined;
    if (fact === undefined) throw new Error(`there is no fact “${name}”`);
    return fact(this, book);
  }

  nodeOf(name: NodeFactName, book?: string): Address {
    return NODES[name](this, book);
  }

  uuidOf(book: string): string {
    const dissemination = this.dissemination(book);
    for (const [uuid, candidate] of this.byUuid) if (candidate === dissemination) return uuid;
    throw new Error(`nobody published “${book}”`);
  }

  momentOf(moment: Moment): Millis {
    if ('at' in moment) return moment.at;
    return this.happened(moment.on, this.dissemination(moment.of)) + (moment.plusMs ?? 0);
  }

  /** The update with this book, or the first that the scenario plans. */
  dissemination(book = this.scenario.workload.publish[0]?.book): Dissemination {
    const dissemination = this.disseminations.get(book ?? '');
    if (dissemination === undefined) throw new Error(`nobody published “${book}”`);
    return dissemination;
  }

  get nodes(): number {
    return this.started.size;
  }

  get live(): number {
    return this.started.size - this.stopped.size;
  }

  get linkCount(): number {
    return this.linksAtFirst;
  }

  get originPeers(): number {
    return this.peersOfOrigin;
  }

  get killed(): readonly Address[] {
    return [...this.stopped.keys()];
  }

  get stoppedAt(): Millis {
    return Math.min(...this.stopped.values());
  }

  /** When the scenario heals its cut. */
  get healedAt(): Millis {
    return this.scenario.faults.find((fault) => fault.do === 'heal')?.atMs ?? Infinity;
  }

  get downs(): readonly Verdict[] {
    return this.verdicts.filter(({ status }) => status === 'down');
  }

  get alives(): readonly Verdict[] {
    return this.verdicts.filter(({ status }) => status === 'alive');
  }

  /** Those that run and never got it, by number. */
  missedBy(dissemination: Dissemination): readonly Address[] {
    const holders = new Set([dissemination.origin, ...dissemination.deliveries.map(({ node }) => node)]);
    return [...this.started].filter((node) => !holders.has(node) && !this.stopped.has(node)).sort(byNumber);
  }

  private happened(what: Happening, dissemination: Dissemination): Millis {
    switch (what) {
      case 'published':
        return dissemination.publishedAt;
      case 'firstDelivery':
        return first(dissemination.deliveries).at;
      case 'firstDuplicate':
        return first(dissemination.duplicates).at;
      case 'firstStale':
        return first(dissemination.stale).at;
      case 'lastDelivery':
        return last(dissemination.deliveries).at;
      case 'lastCopy':
        return Math.max(
          ...[dissemination.deliveries, dissemination.duplicates, dissemination.stale].flat().map(({ at }) => at),
          ...dissemination.lost,
        );
      case 'lastDown':
        return last(this.downs).at;
      case 'lastAlive':
        return last(this.alives).at;
    }
  }

  private observe(event: RunEvent): void {
    const { time: at, node } = event;
    switch (event.type) {
      case 'started':
        this.started.add(node);
        return;
      case 'stopped':
        this.stopped.set(node, at);
        return;
      case 'peerUp':
        this.links.add(`${node} ${event.peer}`);
        return;
      case 'peerDown':
        this.links.delete(`${node} ${event.peer}`);
        return;
      case 'status':
        this.verdicts.push({ at, node, about: event.origin, status: event.status });
        return;
      case 'published':
        if (event.status === undefined) this.onPublished(event);
        return;
      case 'applied':
      case 'duplicate':
      case 'stale':
        return this.onArrived(event);
      case 'sent':
        if (event.message === 'rumor') this.byUuid.get(event.uuid)?.copies.push(at);
        return;
      case 'lost':
        if (event.message === 'rumor') this.byUuid.get(event.uuid)?.lost.push(at);
        return;
      default:
        return;
    }
  }

  private onPublished({ time, uuid, origin, version, payload }: Extract<RunEvent, { type: 'published' }>): void {
    const book = typeof payload === 'object' && payload !== null ? (payload as { book?: unknown }).book : undefined;
    if (!this.scenario.workload.publish.some((planned) => planned.book === book)) return;
    const lists = { copies: [], deliveries: [], duplicates: [], stale: [], lost: [] };
    const dissemination: Dissemination = { origin, version, publishedAt: time, ...lists, lastHop: 0 };
    if (this.disseminations.size === 0) {
      this.linksAtFirst = this.links.size / 2;
      this.peersOfOrigin = [...this.links].filter((link) => link.startsWith(`${origin} `)).length;
    }
    this.disseminations.set(String(book), dissemination);
    this.byUuid.set(uuid, dissemination);
  }

  private onArrived({
    type,
    time: at,
    node,
    uuid,
    via,
    hops,
  }: Extract<RunEvent, { type: 'applied' | 'duplicate' | 'stale' }>): void {
    const dissemination = this.byUuid.get(uuid);
    if (dissemination === undefined) return;
    const list = { applied: dissemination.deliveries, duplicate: dissemination.duplicates, stale: dissemination.stale }[
      type
    ];
    list.push({ at, node, via });
    if (type === 'applied') dissemination.lastHop = Math.max(dissemination.lastHop, hops);
  }
}

const NODES = {
  origin: (run: RunFacts, book?: string): Address => run.dissemination(book).origin,
  firstDuplicateNode: (run: RunFacts, book?: string): Address => first(run.dissemination(book).duplicates).node,
  firstDuplicateFrom: (run: RunFacts, book?: string): Address => first(run.dissemination(book).duplicates).via,
  staleNode: (run: RunFacts, book?: string): Address => first(run.dissemination(book).stale).node,
  missedNode: (run: RunFacts, book?: string): Address => first(run.missedBy(run.dissemination(book))),
  /** The last that came to hold it. */
  lastNode: (run: RunFacts, book?: string): Address => last(run.dissemination(book).deliveries).node,
} as const;

export type NodeFactName = keyof typeof NODES;

const FACTS = {
  nodes: (run: RunFacts) => countText(run.nodes),
  /** All but one: as many copies are needed. */
  needed: (run: RunFacts) => countText(run.nodes - 1),
  live: (run: RunFacts) => countText(run.live),
  killed: (run: RunFacts) => countText(run.killed.length),
  links: (run: RunFacts) => countText(run.linkCount),
  /** Of the first update's origin, when that was published. */
  peers: (run: RunFacts) => countText(run.originPeers),
  ttl: ({ scenario }: RunFacts) => countText(scenario.parameters.ttl ?? NaN),
  fanout: ({ scenario }: RunFacts) => countText(scenario.parameters.fanout ?? NaN),
  version: (run: RunFacts, book?: string) => countText(run.dissemination(book).version),
  copies: (run: RunFacts, book?: string) => countText(run.dissemination(book).copies.length),
  /** Sent by the origin, at once. */
  firstCopies: (run: RunFacts, book?: string) => {
    const { copies, publishedAt } = run.dissemination(book);
    return countText(copies.filter((at) => at === publishedAt).length);
  },
  duplicates: (run: RunFacts, book?: string) => countText(run.dissemination(book).duplicates.length),
  stale: (run: RunFacts, book?: string) => countText(run.dissemination(book).stale.length),
  lost: (run: RunFacts, book?: string) => countText(run.dissemination(book).lost.length),
  /** Live nodes that hold it at the end. */
  reached: (run: RunFacts, book?: string) => countText(run.live - run.missedBy(run.dissemination(book)).length),
  missed: (run: RunFacts, book?: string) => countText(run.missedBy(run.dissemination(book)).length),
  /** Those that held it when the cut was healed. */
  reachedInCut: (run: RunFacts, book?: string) => {
    return countText(1 + run.dissemination(book).deliveries.filter(({ at }) => at < run.healedAt).length);
  },
  lastHop: (run: RunFacts, book?: string) => countText(run.dissemination(book).lastHop),
  firstDelivery: (run: RunFacts, book?: string) => {
    const dissemination = run.dissemination(book);
    return spanText(first(dissemination.deliveries).at - dissemination.publishedAt);
  },
  timeToAll: (run: RunFacts, book?: string) => {
    const dissemination = run.dissemination(book);
    return spanText(last(dissemination.deliveries).at - dissemination.publishedAt);
  },
  /** From healing on. */
  timeAfterHealing: (run: RunFacts, book?: string) =>
    spanText(last(run.dissemination(book).deliveries).at - run.healedAt),
  redundancy: (run: RunFacts, book?: string) =>
    (run.dissemination(book).copies.length / (run.nodes - 1) - 1).toFixed(2),
  /** What a flood over the same links sends: twice each link, but not back over the one by which it came first. */
  floodCopies: (run: RunFacts) => countText(2 * run.linkCount - run.nodes + 1),
  /** From the deaths until the last live node knows of all. */
  detection: (run: RunFacts) => spanText(last(run.downs).at - run.stoppedAt),
  /** Until the cut is healed: how often a node came to take a live one for dead. */
  wrongVerdicts: (run: RunFacts) => {
    return countText(run.downs.filter(({ at, about }) => at < run.healedAt && !run.killed.includes(about)).length);
  },
  /** Until nobody is called dead wrongly any more, from healing on. */
  reconciled: (run: RunFacts) => spanText(last(run.alives).at - run.healedAt),
} as const;

export type FactName = keyof typeof FACTS;

function first<T>(list: readonly T[]): T {
  const [found] = list;
  if (found === undefined) throw new Error('it did not happen in this run');
  return found;
}

function last<T>(list: readonly T[]): T {
  return first(list.slice(-1));
}

function byNumber(a: Address, b: Address): number {
  return parseInt(a.slice(1), 10) - parseInt(b.slice(1), 10);
}

/** Simulated nodes are called `n5:7000`. */
function shortName(address: Address): string {
  return address.replace(/:\d+$/, '');
}
