/**
 * Why a node did not hold an update at a moment: the first that applies of what is asked below, from the node's own state
 * outwards to where the wave stopped. Each answer rests on events of the trace; where these do not suffice it says so.
 */
import type { Address, Millis } from '../core/index.ts';
import type { Copy, Delivery, Newer, Outcome, DisseminationHistory } from './dissemination-history.ts';

/** Why a neighbour that held it had not brought it. */
export type LinkCause =
  | { readonly kind: 'underway' | 'lost'; readonly copy: Copy }
  | { readonly kind: 'paused'; readonly sinceMs: Millis }
  /** It got it when its TTL had run out. */
  | { readonly kind: 'ttl' }
  /** It got it by a comparison of tables, which is not passed on. */
  | { readonly kind: 'repaired' }
  /** It got it from the very node, which has forgotten it since. */
  | { readonly kind: 'fromIt' }
  /** They became neighbours, or the node began its present life, only when it had passed it on. */
  | { readonly kind: 'metLater' | 'bornLater'; readonly sinceMs: Millis }
  /** It does not have that node among its peers: only the other way round. */
  | { readonly kind: 'oneSided' }
  /** Their link is outside its broadcast tree. */
  | { readonly kind: 'lazy' }
  /** It passed it on, to so many others. */
  | { readonly kind: 'notChosen'; readonly sentTo: number }
  /** It sent it to nobody. */
  | { readonly kind: 'silent' };

/** A link over which the update could have come, from a node that held it to one that did not. */
export interface Gap {
  readonly from: Address;
  readonly to: Address;
  readonly cause: LinkCause;
}

export type Reason = { readonly node: Address; readonly atMs: Millis } & (
  | { readonly kind: 'holds'; readonly delivery: Delivery; readonly newer?: Newer }
  | { readonly kind: 'newer'; readonly newer: Newer }
  | { readonly kind: 'unpublished'; readonly publishedAt?: Millis }
  /** Its process did not run. `held`: it had had it until then. */
  | {
      readonly kind: 'notUp';
      readonly why: 'notStarted' | 'killed' | 'left';
      readonly sinceMs?: Millis;
      readonly held?: Delivery;
    }
  /** Its process stood still. `waiting`: copies on their way to it. */
  | { readonly kind: 'paused'; readonly sinceMs: Millis; readonly waiting: readonly Copy[] }
  /** It got copies, for which its table had no room. */
  | { readonly kind: 'full'; readonly copies: readonly Copy[] }
  | { readonly kind: 'underway'; readonly copies: readonly Copy[] }
  /** All copies that were sent to it came to nothing. `gaps`: other neighbours that held it. */
  | { readonly kind: 'lost'; readonly copies: readonly Copy[]; readonly gaps: readonly Gap[] }
  /** Neighbours held it, and none sent it a copy. */
  | { readonly kind: 'notSent'; readonly gaps: readonly Gap[]; readonly neighbors: number }
  | { readonly kind: 'noNeighbors'; readonly sinceMs?: Millis }
  /**
   * No neighbour held it. `reach`: how many there are that can be reached without passing one that held it, itself included;
   * `frontier`: the links into these from those that held it, the nearest first; `stepsAway`: from the node to the nearest.
   * `losses`: where there is no such link, the copies that came to nothing on their way into the group.
   */
  | {
      readonly kind: 'cutOff';
      readonly neighbors: number;
      readonly reach: number;
      readonly frontier: readonly Gap[];
      readonly stepsAway: number;
      readonly losses: readonly Copy[];
    }
  | { readonly kind: 'unknown'; readonly what: Unknown; readonly sinceMs?: Millis; readonly from?: Address }
);

/**
 * What the trace lacks: every word of the node; its first words (they begin at `sinceMs`, after the update); what it did with a
 * copy from `from`, which arrived at `sinceMs`; how it had come to know the update that it knew at `sinceMs`; anybody's
 * sends (or there were more than the history keeps); anybody's links.
 */
export type Unknown = 'node' | 'beginning' | 'arrival' | 'seen' | 'sends' | 'links';

const CAME_TO_NOTHING: readonly Outcome[] = ['lost', 'unanswered'];

export function whyNot(history: DisseminationHistory, node: Address, atMs: Millis): Reason {
  const about = { node, atMs };
  const delivery = history.deliveryAt(node, atMs);
  const newer = history.newerAt(node, atMs);
  if (delivery !== undefined) return { ...about, kind: 'holds', delivery, ...(newer && { newer }) };
  return (
    ofUpdate(history, about) ??
    ofProcess(history, about) ??
    (newer && { ...about, kind: 'newer', newer }) ??
    ofCopies(history, about) ??
    ofNeighbors(history, about)
  );
}

type About = Pick<Reason, 'node' | 'atMs'>;

function ofUpdate(history: DisseminationHistory, about: About): Reason | undefined {
  const publishedAt = history.facts?.publishedAt;
  if (history.facts === undefined) return { ...about, kind: 'unpublished' };
  if (publishedAt !== undefined && publishedAt > about.atMs) return { ...about, kind: 'unpublished', publishedAt };
  return undefined;
}

/** Did it run, and was it watched? */
function ofProcess(history: DisseminationHistory, about: About): Reason | undefined {
  const { network } = history;
  const { node, atMs } = about;
  const first = network.firstOf(node);
  if (first === undefined) return { ...about, kind: 'unknown', what: 'node' };
  const phase = network.phaseAt(node, atMs);
  if (phase === undefined && first.word === 'started')
    return { ...about, kind: 'notUp', why: 'notStarted', sinceMs: first.at };
  const isMissed = first.word === 'midway' && first.at > (history.facts?.publishedAt ?? -Infinity);
  if (phase === undefined || (isMissed && network.lifeAt(node, atMs) === -Infinity))
    return { ...about, kind: 'unknown', what: 'beginning', sinceMs: first.at };
  if (phase.state === 'killed' || phase.state === 'left') {
    const held = history.deliveries.findLast((delivery) => delivery.node === node && delivery.until === phase.at);
    return { ...about, kind: 'notUp', why: phase.state, sinceMs: phase.at, ...(held && { held }) };
  }
  if (phase.state === 'paused') {
    const waiting = copiesToIt(history, about).filter((copy) => stateAt(copy, atMs) === 'underway');
    return { ...about, kind: 'paused', sinceMs: phase.at, waiting };
  }
  return undefined;
}

/** What became of what was sent to it, in the life that it lives. */
function ofCopies(history: DisseminationHistory, about: About): Reason | undefined {
  const copies = copiesToIt(history, about);
  const being = (...states: readonly Outcome[]) => copies.filter((copy) => states.includes(stateAt(copy, about.atMs)));
  const full = being('full');
  if (full.length > 0) return { ...about, kind: 'full', copies: full };
  const underway = being('underway');
  if (underway.length > 0) return { ...about, kind: 'underway', copies: underway };
  const [seen] = being('duplicate', 'first', 'stale');
  const [arrived] = being('arrived');
  const odd = seen ?? arrived;
  if (odd !== undefined) {
    const what = seen === undefined ? 'arrival' : 'seen';
    return {
      ...about,
      kind: 'unknown',
      what,
      from: odd.from,
      ...(odd.endedAt !== undefined && { sinceMs: odd.endedAt }),
    };
  }
  const lost = being(...CAME_TO_NOTHING);
  if (lost.length === 0) return undefined;
  const senders = new Set(lost.map(({ from }) => from));
  const gaps = gapsTo(history, about).filter(({ from }) => !senders.has(from));
  return { ...about, kind: 'lost', copies: lost, gaps };
}

/** It was sent nothing. */
function ofNeighbors(history: DisseminationHistory, about: About): Reason {
  const { network } = history;
  const { node, atMs } = about;
  if (!history.hasSends || history.unrecordedCopies > 0) return { ...about, kind: 'unknown', what: 'sends' };
  if (!network.hasLinks) return { ...about, kind: 'unknown', what: 'links' };
  const neighbors = network.neighborsAt(atMs);
  const own = neighbors.get(node) ?? new Set();
  if (own.size === 0) {
    const sinceMs = network.aloneSince(node, atMs);
    return { ...about, kind: 'noNeighbors', ...(sinceMs !== undefined && { sinceMs }) };
  }
  const gaps = gapsInto(history, node, own, atMs);
  if (gaps.length > 0) return { ...about, kind: 'notSent', gaps, neighbors: own.size };
  return { ...about, kind: 'cutOff', neighbors: own.size, ...frontierOf(history, node, neighbors, atMs) };
}

/** Breadth first through those that did not hold it, up to those that did. */
function frontierOf(
  history: DisseminationHistory,
  node: Address,
  neighbors: ReadonlyMap<Address, ReadonlySet<Address>>,
  atMs: Millis,
): { reach: number; frontier: Gap[]; stepsAway: number; losses: Copy[] } {
  const stepsTo = new Map([[node, 0]]);
  const frontier: Gap[] = [];
  let stepsAway = 0;
  for (const [member, steps] of stepsTo) {
    const around = neighbors.get(member) ?? new Set<Address>();
    const gaps = gapsInto(history, member, around, atMs);
    if (gaps.length > 0 && frontier.length === 0) stepsAway = steps + 1;
    frontier.push(...gaps);
    for (const next of around) {
      if (!stepsTo.has(next) && history.deliveryAt(next, atMs) === undefined) stepsTo.set(next, steps + 1);
    }
  }
  const losses = frontier.length > 0 ? [] : [...stepsTo.keys()].flatMap((member) => lossesInto(history, member, atMs));
  return { reach: stepsTo.size, frontier, stepsAway, losses };
}

function lossesInto(history: DisseminationHistory, node: Address, atMs: Millis): Copy[] {
  return copiesToIt(history, { node, atMs }).filter((copy) => CAME_TO_NOTHING.includes(stateAt(copy, atMs)));
}

function gapsTo(history: DisseminationHistory, { node, atMs }: About): Gap[] {
  return gapsInto(history, node, history.network.neighborsAt(atMs).get(node) ?? new Set(), atMs);
}

function gapsInto(history: DisseminationHistory, to: Address, neighbors: ReadonlySet<Address>, atMs: Millis): Gap[] {
  return [...neighbors].flatMap((from) => {
    const delivery = history.deliveryAt(from, atMs);
    return delivery === undefined ? [] : [{ from, to, cause: causeAt(history, delivery, to, atMs) }];
  });
}

/** Why the holder of this had not brought it to that neighbour. */
function causeAt(history: DisseminationHistory, delivery: Delivery, to: Address, atMs: Millis): LinkCause {
  const { node: from, at: since } = delivery;
  const copy = copiesToIt(history, { node: to, atMs }).findLast((sent) => sent.from === from);
  const state = copy && stateAt(copy, atMs);
  if (copy !== undefined && state !== undefined) {
    if (state === 'underway') return { kind: 'underway', copy };
    if (CAME_TO_NOTHING.includes(state)) return { kind: 'lost', copy };
  }
  const phase = history.network.phaseAt(from, atMs);
  if (phase?.state === 'paused') return { kind: 'paused', sinceMs: phase.at };
  if (delivery.isTtlOver) return { kind: 'ttl' };
  if (delivery.means === 'delta') return { kind: 'repaired' };
  if (delivery.via === to) return { kind: 'fromIt' };
  const then = history.network.linkAt(from, to, since);
  const now = history.network.linkAt(from, to, atMs);
  if (then === undefined || then.state === 'down') {
    if (now === undefined || now.state === 'down') return { kind: 'oneSided' };
    return { kind: 'metLater', sinceMs: history.network.linkedSince(from, to, atMs) ?? now.at };
  }
  const bornAt = history.network.lifeAt(to, atMs);
  if (bornAt > since) return { kind: 'bornLater', sinceMs: bornAt };
  if (then.state === 'lazy') return { kind: 'lazy' };
  const sentTo = history.sentTo(from, since, atMs);
  return sentTo > 0 ? { kind: 'notChosen', sentTo } : { kind: 'silent' };
}

/** In the life that it lives then. */
function copiesToIt(history: DisseminationHistory, { node, atMs }: About): Copy[] {
  const bornAt = history.network.lifeAt(node, atMs);
  return history
    .copies(node)
    .filter(({ sentAt, endedAt = Infinity }) => (sentAt ?? endedAt) <= atMs && endedAt >= bornAt);
}

function stateAt({ outcome, endedAt = Infinity }: Copy, atMs: Millis): Outcome {
  return endedAt <= atMs ? outcome : 'underway';
}
