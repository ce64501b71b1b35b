/** Small conversations with single cores, without a network around them. */
import type { Address } from '../src/core/address.ts';
import type { CoreEvent, Effect, Input, Millis, Timer } from '../src/core/boundary.ts';
import { GossipNode } from '../src/core/node.ts';
import { isRumor, type Message, type Rumor } from '../src/core/messages.ts';
import { DEFAULT_PARAMETERS, type Parameters } from '../src/core/parameters.ts';
import type { StrategyName } from '../src/core/broadcast/strategy.ts';
import { seededRandom } from '../src/http/seeded-random.ts';
import { deepFreeze } from './virtual-network.ts';

export interface NodeOptions {
  readonly parameters?: Partial<Parameters>;
  readonly seed?: number;
  readonly version?: number;
  readonly strategy?: StrategyName;
}

export function makeNode(
  self: Address,
  { parameters, seed = 1, version = 0, strategy = 'flood' }: NodeOptions = {},
): GossipNode {
  return new GossipNode({
    self,
    random: seededRandom(seed),
    parameters: { ...DEFAULT_PARAMETERS, ...parameters },
    strategy,
    version,
  });
}

export function hear(node: GossipNode, from: Address, message: Message, now: Millis = 0): Effect[] {
  return node.handle({ type: 'message', from, message: deepFreeze(message) }, now);
}

export function sendsOf(effects: readonly Effect[]): { to: Address; message: Message }[] {
  return effects.flatMap((effect) => (effect.type === 'send' ? [{ to: effect.to, message: effect.message }] : []));
}

export function eventsOf(effects: readonly Effect[]): CoreEvent[] {
  return effects.flatMap((effect) => (effect.type === 'event' ? [effect.event] : []));
}

/** What is scheduled by this name. */
export function timersOf<Name extends Timer['name']>(effects: readonly Effect[], name: Name) {
  type Scheduled = Effect & { readonly type: 'schedule'; readonly timer: Extract<Timer, { readonly name: Name }> };
  return effects.filter((effect): effect is Scheduled => effect.type === 'schedule' && effect.timer.name === name);
}

export const typesOf = (effects: readonly Effect[]) => eventsOf(effects).map(({ type }) => type);

/** A rumor as another node sends it. */
export function rumorOf(origin: Address, version: number, more: Partial<Rumor> = {}): Rumor {
  return { uuid: `${origin}@${version}`, origin, version, ttl: 5, payload: `book ${version}`, ...more };
}

/** The rumor of one of many origins, by its number. */
export function bookOf(i: number, version = 1, fields: Partial<Rumor> = {}): Rumor {
  return {
    uuid: `u${i}/${version}`,
    origin: `10.0.${i >> 8}.${i & 255}:7000`,
    version,
    ttl: 1,
    hops: 1,
    payload: { book: `Book ${i}, edition ${version}` },
    ...fields,
  };
}

export function publish(node: GossipNode, payload: string, key?: string): Effect[] {
  return node.handle({ type: 'publish', payload, ...(key === undefined ? {} : { key }) }, 0);
}

/** The first rumor that is sent. */
export function spreadBy(effects: readonly Effect[]): Rumor | undefined {
  return sendsOf(effects).find(({ message }) => isRumor(message))?.message as Rumor | undefined;
}

/** Sends in short: `7001 neighborReply`. */
export function briefly(effects: readonly Effect[]): string[] {
  return sendsOf(effects).map(({ to, message }) => `${to.slice(to.indexOf(':') + 1)} ${message.type ?? 'rumor'}`);
}

/** Makes `peer` a peer of `node`: it asks with high priority, which nobody declines. */
export function link(node: GossipNode, ...peers: readonly Address[]): void {
  for (const peer of peers) hear(node, peer, { type: 'neighbor', priority: 'high', request: 0 });
}

/** Everything a node holds, as it would tell somebody who has nothing: the delta's rumors. */
export function tableOf(node: GossipNode): string[] {
  const effects = hear(node, 'observer:1', { type: 'digest', entries: [] });
  const delta = sendsOf(effects)[0]?.message;
  if (delta?.type !== 'delta') return [];
  if (delta.more === true) throw new Error('raise maxDeltaRumors to see the whole table');
  return delta.rumors
    .map(({ origin, version, key, status, uuid }) => JSON.stringify([origin, version, key ?? null, status ?? uuid]))
    .sort();
}

/** Performs an input, then passes messages between these nodes until all are silent. @returns every message sent */
export function converse(nodes: readonly GossipNode[], at: GossipNode, input: Input, now: Millis = 0): Message[] {
  const said: Message[] = [];
  const pending: { from: Address; to: Address; message: Message }[] = [];
  const take = (node: GossipNode, effects: readonly Effect[]) => {
    for (const { to, message } of sendsOf(effects)) pending.push({ from: node.self, to, message });
  };
  take(at, at.handle(input, now));
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    said.push(next.message);
    if (said.length > 10_000) throw new Error('this conversation does not end');
    const receiver = nodes.find((node) => node.self === next.to);
    if (receiver !== undefined) take(receiver, hear(receiver, next.from, next.message, now));
  }
  return said;
}

/** The timer of a node's next beat. */
export function heartbeatOf(node: GossipNode): Timer {
  return { name: 'heartbeat', beat: node['heartbeats']['nextBeat'] };
}

/** The next beat carries a shuffle. */
export function dueToShuffle(node: GossipNode): void {
  node['shuffleDueAt'] = 0;
}

export function beat(node: GossipNode, now: Millis): Effect[] {
  return node.handle({ type: 'timer', timer: heartbeatOf(node) }, now);
}

/** How soon the beats come that were scheduled. */
export function beatsAfter(effects: readonly Effect[]): Millis[] {
  return effects.flatMap((e) => (e.type === 'schedule' && e.timer.name === 'heartbeat' ? [e.afterMs] : []));
}

/** Beats until the period is the longest. @returns when the next beat is due */
export function settle(node: GossipNode): Millis {
  let now = 0;
  for (let periodMs = 0; periodMs < 0.9 * DEFAULT_PARAMETERS.heartbeatMs; now += periodMs) {
    periodMs = beatsAfter(beat(node, now))[0]!;
  }
  return now;
}
