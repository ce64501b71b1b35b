/** Figures from what happened, the same for every network. */
import type { Address, Millis } from '../src/trace/views.ts';
import type { Happening } from './contender.ts';

export interface Spread {
  readonly publishedAt: Millis;
  /** From publishing until the last of the live nodes had it; infinite if one has not. */
  readonly toAllMs: Millis;
  /** Live nodes that have it, of those that did not publish it. */
  readonly reached: number;
}

/** Of each update that a node which still lives published. */
export function spreadsOf(happenings: readonly Happening[], live: ReadonlySet<Address>): Spread[] {
  const arrivals = new Map<string, Map<Address, Millis>>();
  for (const each of happenings) {
    if (each.type !== 'applied' || !live.has(each.node)) continue;
    const of = arrivals.get(each.uuid) ?? new Map<Address, Millis>();
    arrivals.set(each.uuid, of.set(each.node, Math.min(each.time, of.get(each.node) ?? Infinity)));
  }
  return happenings.flatMap((each) => {
    if (each.type !== 'published' || !live.has(each.node)) return [];
    const others = [...(arrivals.get(each.uuid) ?? [])].filter(([node]) => node !== each.node);
    const last = Math.max(...others.map(([, time]) => time));
    const toAllMs = others.length === live.size - 1 ? last - each.time : Infinity;
    return [{ publishedAt: each.time, toAllMs, reached: others.length }];
  });
}

/** @returns when the last of the live nodes had said of the last of the dead that it is down; infinite if one has not */
export function allToldMs(
  happenings: readonly Happening[],
  live: ReadonlySet<Address>,
  dead: ReadonlySet<Address>,
): Millis {
  const told = new Map<string, Millis>();
  for (const each of happenings) {
    if (each.type !== 'status' || each.status !== 'down' || !live.has(each.node) || !dead.has(each.origin)) continue;
    const pair = `${each.node} ${each.origin}`;
    told.set(pair, Math.min(each.time, told.get(pair) ?? Infinity));
  }
  return told.size === live.size * dead.size ? Math.max(...told.values()) : Infinity;
}

/** Live nodes that a live node said to be down. */
export function falselyAccused(happenings: readonly Happening[], live: ReadonlySet<Address>): Set<Address> {
  const accused = happenings.flatMap((each) => {
    const isAccusation = each.type === 'status' && each.status === 'down' && live.has(each.node);
    return isAccusation && live.has(each.origin) ? [each.origin] : [];
  });
  return new Set(accused);
}
