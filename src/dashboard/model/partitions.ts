/**
 * When the network was split, and who is on which side. No trace tells of a cut itself: what is lost to a partition lies between
 * its two sides, and what is delivered while it lasts lies within one. So the sides are the classes of a union-find with parity
 * (Tarjan 1975, https://doi.org/10.1145/321879.321884). It ends when something is delivered again where something was lost.
 */
import type { Address, Millis } from '../../trace/views.ts';
import type { Fact } from './fact.ts';
import type { Timeline } from './timeline.ts';

export type Side = 0 | 1;
export type Sides = ReadonlyMap<Address, Side>;

export interface Span {
  readonly fromMs: Millis;
  /** `undefined`: it lasts. */
  untilMs: Millis | undefined;
}

/** More directed pairs tell nothing new of who is where. */
const MAX_PAIRS = 50_000;
const MAX_SPANS = 1_000;

export class Partitions {
  readonly spans: Span[] = [];
  private evidence = new Evidence();
  private past: { readonly span: Span; readonly evidence: Evidence; untilMs: Millis } | undefined;

  observe(fact: Fact, at: Millis): void {
    const open = this.openSpan;
    if (open === undefined && !(fact.type === 'lost' && fact.reason === 'partition')) return;
    if (open === undefined) {
      this.evidence = new Evidence();
      this.spans.push({ fromMs: at, untilMs: undefined });
      if (this.spans.length > MAX_SPANS) this.spans.shift();
    }
    if (this.evidence.observe(fact)) this.heal(at);
  }

  /** By all that has been told. */
  get isSplit(): boolean {
    return this.openSpan !== undefined;
  }

  /** It is known to be over. */
  heal(at: Millis): void {
    const open = this.openSpan;
    if (open !== undefined) open.untilMs = at;
  }

  /** Who is on which side at that moment; `undefined`: the network is whole, as far as anybody has noticed. */
  sidesAt(time: Millis, timeline: Timeline): Sides | undefined {
    const span = this.spans.findLast(({ fromMs, untilMs = Infinity }) => fromMs <= time && time < untilMs);
    if (span === undefined) return undefined;
    if (span === this.openSpan && time >= timeline.lastMs) return this.evidence.sides();
    let past = this.past;
    if (past?.span !== span || past.untilMs > time) past = { span, evidence: new Evidence(), untilMs: span.fromMs - 1 };
    for (const fact of timeline.between(past.untilMs, time)) past.evidence.observe(fact);
    past.untilMs = time;
    this.past = past;
    return past.evidence.sides();
  }

  private get openSpan(): Span | undefined {
    const last = this.spans.at(-1);
    return last?.untilMs === undefined ? last : undefined;
  }
}

interface Member {
  parent: Member | undefined;
  /** Relative to its parent. */
  parity: Side;
  readonly address: Address;
}

class Evidence {
  private readonly members = new Map<Address, Member>();
  /** By sender and receiver: what became of the last message. One under way from before the cut is neither. */
  private readonly pairs = new Map<string, 'sent' | 'lost'>();
  private readonly everLost = new Set<string>();
  private known: Sides | undefined;

  /** @returns whether the fact shows that the network is whole again */
  observe(fact: Fact): boolean {
    if (fact.type === 'sent') {
      const pair = `${fact.node} ${fact.to}`;
      if (this.pairs.size < MAX_PAIRS || this.pairs.has(pair)) this.pairs.set(pair, 'sent');
    } else if (fact.type === 'lost' && fact.reason === 'partition') {
      const pair = `${fact.node} ${fact.to}`;
      if (this.everLost.size >= MAX_PAIRS) return false;
      this.pairs.set(pair, 'lost');
      this.everLost.add(pair);
      this.join(fact.node, fact.to, 1);
    } else if (fact.type === 'received') {
      const pair = `${fact.from} ${fact.node}`;
      if (this.pairs.get(pair) !== 'sent') return false;
      if (this.everLost.has(pair)) return true;
      this.join(fact.from, fact.node, 0);
    }
    return false;
  }

  /** Of the largest part whose two sides are known to be apart; side 0 is that of the first address. */
  sides(): Sides {
    this.known ??= this.find();
    return this.known;
  }

  private find(): Sides {
    const parts = new Map<Member, [Address, Side][]>();
    for (const member of this.members.values()) {
      const [root, parity] = rootOf(member);
      const part = parts.get(root) ?? [];
      part.push([member.address, parity]);
      parts.set(root, part);
    }
    let largest: [Address, Side][] = [];
    for (const part of parts.values()) if (part.length > largest.length) largest = part;
    const first = largest.reduce<[Address, Side] | undefined>(
      (found, entry) => (found === undefined || entry[0] < found[0] ? entry : found),
      undefined,
    );
    return new Map(largest.map(([address, side]) => [address, side === first?.[1] ? 0 : 1]));
  }

  /** What contradicts what is known (a third part, a cut of one direction alone) changes nothing. */
  private join(a: Address, b: Address, parity: Side): void {
    const [rootA, ofA] = rootOf(this.memberAt(a));
    const [rootB, ofB] = rootOf(this.memberAt(b));
    if (rootA === rootB) return;
    rootB.parent = rootA;
    rootB.parity = (ofA ^ ofB ^ parity) as Side;
    this.known = undefined;
  }

  private memberAt(address: Address): Member {
    let member = this.members.get(address);
    if (member === undefined) {
      member = { parent: undefined, parity: 0, address };
      this.members.set(address, member);
      this.known = undefined;
    }
    return member;
  }
}

/** With path compression. */
function rootOf(member: Member): readonly [root: Member, parity: Side] {
  const { parent } = member;
  if (parent === undefined) return [member, 0];
  const [root, above] = rootOf(parent);
  member.parity = (member.parity ^ above) as Side;
  member.parent = root;
  return [root, member.parity];
}
