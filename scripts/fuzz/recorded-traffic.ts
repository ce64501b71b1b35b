/** What honest nodes say to each other, of every kind: recorded from a network in virtual time, the same in every run. */
import type { Address, Message } from '../../src/core/index.ts';
import { VirtualNetwork } from '../../test/virtual-network.ts';
import { STRANGERS } from './cast.ts';

const NODES = 7;
/** Of one kind: a run has thousands of heartbeats, and one is as good as ten. */
const MAX_OF_A_KIND = 24;

export interface Said {
  readonly from: Address;
  readonly message: Message;
}

/** @returns messages with their senders, which are outsiders all */
export function recordTraffic(): readonly Said[] {
  const kept = new Map<string, Said[]>();
  const network = new VirtualNetwork({
    seed: 1,
    delayMs: { min: 1, max: 40 },
    lossPercent: 5,
    parameters: {
      maxPeers: 3,
      maxPassive: 5,
      maxDigestEntries: 20,
      shuffleMs: 2000,
      heartbeatMs: 1000,
      silenceMs: 3000,
    },
  });
  network.onSend.push((from, _to, message) => {
    const kind = message.type ?? 'rumor';
    const same = kept.get(kind) ?? [];
    kept.set(kind, same);
    if (same.length < MAX_OF_A_KIND) same.push({ from, message });
  });
  play(network);
  return [...kept.values()].flat();
}

function play(network: VirtualNetwork): void {
  const nodes = STRANGERS.slice(0, NODES) as [Address, Address, ...Address[]];
  const [seed, second] = nodes;
  for (const [i, node] of nodes.entries()) {
    network.start(node, i === 0 ? [] : [seed]);
    network.publish(node, { book: `A book of node ${i}` });
    network.runFor(200);
  }
  // More than a digest holds, so that tables are compared by buckets.
  for (let i = 0; i < 30; i++) network.publish(second, { load: i }, `key ${i}`);
  network.input(seed, { type: 'publish', payload: { book: 'One that is confirmed' }, receiptWithinMs: 5000 });
  network.runFor(5000);
  network.crash(nodes.at(-1) as Address);
  network.publish(seed, { book: 'Another' });
  network.runFor(20_000);
  network.leave(nodes.at(-2) as Address);
  network.partition(nodes.slice(0, 2), nodes.slice(2, 5));
  network.publish(second, { book: 'On one side' });
  network.runFor(15_000);
  network.heal();
  network.runFor(20_000);
}
