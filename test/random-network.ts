/** A network whose size, parameters, weather and troubles are all drawn from one seed (swarm testing). */
import type { Random } from '../src/core/random.ts';
import { pick } from '../src/core/random.ts';
import { addressOf } from './arbitraries.ts';
import { seededRandom } from '../src/http/seeded-random.ts';
import { STRATEGY_NAMES } from '../src/core/broadcast/strategy.ts';
import { VirtualNetwork } from './virtual-network.ts';

export interface RandomNetwork {
  readonly network: VirtualNetwork;
  readonly random: Random;
  readonly size: number;
}

export function randomNetwork(seed: number): RandomNetwork {
  const random = seededRandom(seed);
  const size = 3 + random.below(18);
  const network = new VirtualNetwork({
    seed,
    strategy: pick(random, STRATEGY_NAMES)!,
    parameters: {
      failedSendsAreReported: random.below(2) === 0,
      maxPeers: 4 + random.below(6),
      maxPassive: 6 + random.below(25),
      shuffleMs: 3000,
      maxDeltaRumors: 1 + random.below(20),
    },
    delayMs: { min: 1, max: 1 + random.below(400) },
    lossPercent: random.below(20),
    duplicationPercent: random.below(20),
    ...(random.below(2) === 0 ? {} : { timeoutMs: 1000, unansweredMs: 1000 }),
  });
  return { network, random, size };
}

/** Everybody starts, each with one contact that started before it; every node but the first has a favourite. */
export function populate({ network, random, size }: RandomNetwork): void {
  network.start(addressOf(0));
  for (let i = 1; i < size; i++) {
    network.start(addressOf(i), [addressOf(random.below(i))]);
    network.publish(addressOf(i), `first of ${i}`);
    if (random.below(2) === 0) network.runFor(random.below(500));
  }
}

/** One thing happens to one node: mostly a new favourite, sometimes trouble. */
export function stir({ network, random, size }: RandomNetwork): void {
  const address = addressOf(random.below(size));
  if (!network.isUp(address)) return restart(network, random, address);
  switch (random.below(13)) {
    case 0:
    case 1:
      return network.crash(address);
    case 2:
      return network.leave(address);
    case 3: {
      const cut = random.below(size);
      const [left, right] = [network.live.slice(0, cut), network.live.slice(cut)];
      return network.partition(left, right);
    }
    case 4:
    case 5:
      return network.heal();
    case 6:
      return network.publish(address, 'happy', 'mood');
    case 7:
      network.pause(address);
      network.runFor(random.below(6000));
      return network.resume(address);
    default:
      return network.publish(address, `book at ${network.now}`);
  }
}

/** Faults stop and everybody comes back, as they would with the brief's one address to start from. */
export function calm({ network, random, size }: RandomNetwork): void {
  network.heal();
  network.lossPercent = 0;
  network.duplicationPercent = 0;
  for (let i = 0; i < size; i++) if (!network.isUp(addressOf(i))) restart(network, random, addressOf(i));
}

function restart(network: VirtualNetwork, random: Random, address: string): void {
  const contact = address === addressOf(0) ? pick(random, network.live) : addressOf(0);
  const remembered = random.below(2) === 0 ? 0 : network.snapshot(address).version;
  network.start(address, contact === undefined ? [] : [contact], remembered);
  if (random.below(2) === 0) network.publish(address, `after a restart at ${network.now}`);
}
