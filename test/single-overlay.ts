/** One node's overlay by itself, and what it says. */
import type { Effect } from '../src/core/boundary.ts';
import { EffectQueue } from '../src/core/effects.ts';
import { HyParView } from '../src/core/overlay/hyparview.ts';
import { DEFAULT_PARAMETERS, type Parameters } from '../src/core/parameters.ts';
import { RequestNumbers } from '../src/core/requests.ts';
import { seededRandom } from '../src/http/seeded-random.ts';
import { addressOf } from './arbitraries.ts';
import { sendsOf } from './talk.ts';

export const [A, B, C, D, E, F] = Array.from({ length: 6 }, (_, i) => addressOf(i)) as [
  string,
  string,
  string,
  string,
  string,
  string,
];

/** The overlay of node A, and what the last call led to. */
export function overlayOf(parameters: Partial<Parameters> = {}, seed = 1) {
  const effects = new EffectQueue();
  const all = { ...DEFAULT_PARAMETERS, ...parameters };
  const requests = new Map<string, number>();
  const view = new HyParView(A, all, seededRandom(seed), effects, new RequestNumbers(effects), {
    peerUp: () => {},
    peerDown: () => undefined,
  });
  const after = (act: () => void): Effect[] => {
    act();
    const led = effects.take();
    for (const { to, message } of sendsOf(led)) {
      if (message.type === 'neighbor' || message.type === 'join') requests.set(to, message.request);
    }
    return led;
  };
  /** This one's answer to what it was last asked. */
  const reply = (peer: string, accepted: boolean) =>
    view.onNeighborReply(peer, { type: 'neighborReply', accepted, request: requests.get(peer) ?? 0 });
  const link = (...peers: string[]) => after(() => peers.forEach((peer) => view.onJoin(peer, JOIN)));
  const at = (now: number) => (effects.now = now);
  return { view, after, reply, link, at };
}

export const JOIN = { type: 'join', request: 7 } as const;
