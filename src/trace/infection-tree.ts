/** The infection tree of an update: who got its first copy from whom. A node that forgot it and got it again stands there twice. */
import type { Millis } from '../core/index.ts';
import type { Delivery, DisseminationHistory } from './dissemination-history.ts';

export interface Infection {
  readonly delivery: Delivery;
  /** From when its parent got it; absent at a root. */
  readonly afterParentMs?: Millis;
  /** The soonest first. */
  readonly children: readonly Infection[];
}

/** As it was then. The first root is the origin's; others are of those whose parent the trace does not tell. */
export function infectionTreeOf(history: DisseminationHistory, atMs: Millis = Infinity): readonly Infection[] {
  const children = new Map<Delivery | undefined, Delivery[]>();
  for (const delivery of history.deliveries) {
    if (delivery.at > atMs) continue;
    const parent = history.parentOf(delivery);
    children.set(parent, [...(children.get(parent) ?? []), delivery]);
  }
  const grow = (delivery: Delivery, parent?: Delivery): Infection => ({
    delivery,
    ...(parent && { afterParentMs: delivery.at - parent.at }),
    children: (children.get(delivery) ?? []).map((child) => grow(child, delivery)),
  });
  return (children.get(undefined) ?? []).map((root) => grow(root));
}
