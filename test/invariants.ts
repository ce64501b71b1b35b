/** What must hold of every node at every step of a network that tests drive by hand. */
import type { Address } from '../src/core/address.ts';
import type { Effect, Input } from '../src/core/boundary.ts';
import { isRumor } from '../src/core/messages.ts';
import { isTold } from '../src/verify/safety.ts';
import { viewComplaint } from '../src/verify/view-checks.ts';
import type { VirtualNetwork } from './virtual-network.ts';

/**
 * Watches a whole network: views at every step, versions that only rise, rumors that never go back to who brought
 * them, never go on twice from one node, and never travel further than their TTL; nobody but itself says that a node
 * left, and nobody is declared down who had no time to refute.
 */
export function watch(network: VirtualNetwork): void {
  const versions = new Map<Address, number>();
  /** Node and uuid of every rumor sent, and at which step. */
  const sentAt = new Map<string, number>();
  let step = 0;
  const lives = new Map<Address, number>();
  /** Since when each node holds whom for suspect at which version. */
  const suspectedAt = new Map<string, number>();
  /** By node and origin: its machine has refused a connection. */
  const refused = new Set<string>();
  const fail = (address: Address, what: string) => {
    throw new Error(`at ${network.now} ms ${address}: ${what}`);
  };
  const checkSpread = (address: Address, input: Input, effects: readonly Effect[]) => {
    for (const effect of effects) {
      if (effect.type !== 'send' || !isRumor(effect.message)) continue;
      const { uuid, ttl, hops = 1 } = effect.message;
      const copy = `${address} ${lives.get(address)} ${uuid}`;
      if (!isTold(input, effect.to)) {
        if ((sentAt.get(copy) ?? step) !== step) fail(address, `passes ${uuid} on a second time`);
        sentAt.set(copy, step);
      }
      const isReply = input.type === 'message' && isRumor(input.message) && input.message.uuid === uuid;
      if (isReply && effect.to === input.from) fail(address, `sends ${uuid} back`);
      // What repair fetches may have more hops behind it than a TTL: then it goes just this once.
      if (ttl > 1 && hops + ttl !== network.parameters.ttl + 1) fail(address, 'hops and TTL do not add up');
    }
  };
  const checkClaims = (address: Address, effects: readonly Effect[]) => {
    for (const effect of effects) {
      if (effect.type !== 'event') continue;
      const { event } = effect;
      if (event.type !== 'published' && event.type !== 'applied') continue;
      const { origin, version, status } = event;
      if (status === undefined) continue;
      const suspicion = `${address} ${lives.get(address)} ${origin} ${version}`;
      if (status === 'suspect' && !suspectedAt.has(suspicion)) suspectedAt.set(suspicion, network.now);
      if (event.type !== 'published') continue;
      if ((status === 'left') !== (origin === address)) fail(address, `claims ${status} of ${origin}`);
      const patience = network.now - (suspectedAt.get(suspicion) ?? Infinity);
      const isHasty =
        status === 'down' && !refused.has(`${address} ${origin}`) && !(patience >= network.parameters.suspicionMs);
      if (isHasty) fail(address, `declares ${origin} down after ${patience} ms`);
    }
  };
  const noteRefusal = (address: Address, input: Input) => {
    if (input.type === 'unreachable' && input.refused) refused.add(`${address} ${input.peer}`);
    if (input.type !== 'message' || input.message.type !== 'probeReply') return;
    if (input.message.saw === 'refused') refused.add(`${address} ${input.message.target}`);
  };
  network.onStep.push((address, input, effects) => {
    step++;
    noteRefusal(address, input);
    const snapshot = network.snapshot(address);
    const complaint = viewComplaint(snapshot, network.parameters);
    if (complaint !== undefined) fail(address, complaint);
    if (input.type === 'start') {
      versions.delete(address);
      lives.set(address, (lives.get(address) ?? 0) + 1);
    }
    if (snapshot.version < (versions.get(address) ?? 0)) fail(address, 'its version fell');
    versions.set(address, snapshot.version);
    checkSpread(address, input, effects);
    checkClaims(address, effects);
  });
}
