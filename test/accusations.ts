/** A node that has helpers look for D, and what it says of it. */
import { expect } from 'vitest';
import type { Effect, Timer } from '../src/core/boundary.ts';
import type { GossipNode } from '../src/core/node.ts';
import { addressOf } from './arbitraries.ts';
import { eventsOf, hear, heartbeatOf, link, makeNode } from './talk.ts';

export const [A, B, C, D, E] = [0, 1, 2, 3, 4].map(addressOf) as [string, string, string, string, string];
export const silence = { type: 'probeReply', target: D, saw: 'silence', request: 1 } as const;
export const refused = { type: 'probeReply', target: D, saw: 'refused', request: 1 } as const;
export const alive = { type: 'probeReply', target: D, saw: 'alive', request: 1 } as const;

/** A node with these peers, that knows D at version 1. */
export function nodeWith(...peers: string[]): GossipNode {
  const node = makeNode(A, { parameters: { maxPeers: 8 } });
  link(node, ...peers);
  hear(node, B, { uuid: 'd1', origin: D, version: 1, ttl: 1, hops: 1, payload: 'Emma' });
  return node;
}

export const lose = (node: GossipNode, peer: string, isRefused: boolean, now = 0) =>
  node.handle({ type: 'unreachable', peer, refused: isRefused }, now);
export const fire = (node: GossipNode, timer: Timer, now: number) => node.handle({ type: 'timer', timer }, now);
export const timeout = (request = 1): Timer => ({ name: 'timeout', request });
export const claims = (effects: readonly Effect[]) =>
  eventsOf(effects).flatMap((e) =>
    e.type === 'published' && e.status !== undefined ? [`${e.origin} ${e.status}`] : [],
  );
export const waits = (effects: readonly Effect[], name: Timer['name']) =>
  effects.flatMap((e) => (e.type === 'schedule' && e.timer.name === name ? [e.afterMs] : []));
export const LATE_MS = 2001;
/** @returns when the next heartbeat is due */
export function beat(node: GossipNode, now: number): number {
  return now + waits(fire(node, heartbeatOf(node), now), 'heartbeat')[0]!;
}
/** Makes a node's health score rise this often: so many heartbeats come late. @returns when the next is due */
export function unhealthy(node: GossipNode, times: number): number {
  let due = beat(node, 0);
  for (let i = 0; i < times; i++) due = beat(node, due + LATE_MS);
  expect(node.snapshot().localHealthScore).toBe(times);
  return due;
}
