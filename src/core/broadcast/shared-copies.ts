/**
 * Messages are never changed once made, so nodes of one process that say the same can say it with one object (the
 * flyweight pattern). Copies of an update differ in nothing but hops and TTL: a hundred thousand nodes in a simulator
 * then need as many as its path is long, and find them in the cache. What each maker remembers is its latest, so this
 * costs a node alone in its process next to nothing.
 */
import type { Heartbeat, Rumor } from '../messages.ts';
import { MAX_HOPS } from '../parameters.ts';

/** The latest copy of each hop count. */
const copies: (Rumor | undefined)[] = Array.from({ length: MAX_HOPS + 1 }, () => undefined);
let heartbeat: Heartbeat = { type: 'heartbeat', hash: '' };

/** The copy to be sent on of one that came after so many hops. */
export function nextCopy(rumor: Rumor, hops: number): Rumor {
  const ttl = rumor.ttl - 1;
  const nextHops = Math.min(hops + 1, MAX_HOPS);
  const latest = copies[nextHops];
  if (latest !== undefined && latest.ttl === ttl && isSameNews(latest, rumor)) return latest;
  // Not `{ ...rumor, ttl, hops }`: V8 gives a spread's copy another shape than its source, a copy of that a third, and so on.
  return (copies[nextHops] = Object.assign({}, rumor, { ttl, hops: nextHops }));
}

export function heartbeatWith(hash: string): Heartbeat {
  if (heartbeat.hash !== hash) heartbeat = { type: 'heartbeat', hash };
  return heartbeat;
}

function isSameNews(a: Rumor, b: Rumor): boolean {
  return (
    a.uuid === b.uuid &&
    a.origin === b.origin &&
    a.version === b.version &&
    a.payload === b.payload &&
    a.key === b.key &&
    a.status === b.status &&
    a.type === b.type &&
    a.receipt === b.receipt
  );
}
