/** What guests are told: the records without a key, in the words of the brief. Claims and keyed records mean nothing to them. */
import type { Address, NodeSnapshot, Rumor } from '../core/index.ts';
import type { TraceEvent } from '../trace/trace-event.ts';

/** All that a node holds of those that are not gone. */
export function recordsHeld({ records }: NodeSnapshot, ttl: number): Rumor[] {
  return records
    .filter(
      ({ key, status, deleted }) => key === undefined && deleted !== true && status !== 'down' && status !== 'left',
    )
    .map(({ uuid, origin, version, payload }) => ({ uuid, origin, version, ttl, payload }));
}

/**
 * A listener that tells of each of these that is news to its node. A copy that was pushed goes on with one send less, like to a peer;
 * what came by repair, which a guest lacks, and what the node says itself are told anew.
 */
export function recordsTold(ttl: number, tell: (rumor: Rumor, via: Address) => void): (event: TraceEvent) => void {
  /** The copy that is being handled: what it changes is told in the next events. */
  let copy: { readonly uuid: string; readonly ttl: number } | undefined;
  return (event) => {
    if (event.type === 'received') copy = event.message === 'rumor' ? event : undefined;
    if (event.type !== 'applied' && event.type !== 'published') return;
    const { uuid, origin, version, payload, key, status } = event;
    if (key !== undefined || status !== undefined || payload === undefined) return;
    const sendsLeft = copy?.uuid === uuid ? copy.ttl - 1 : ttl;
    if (sendsLeft < 1) return;
    tell({ uuid, origin, version, ttl: sendsLeft, payload }, event.type === 'applied' ? event.via : event.node);
  };
}
