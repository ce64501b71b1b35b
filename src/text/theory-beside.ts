/** What theory (`theory.ts`) says beside a run's measures, and in a few words what makes the two differ: for every report of a run. */
import type { Measured } from '../trace/measures.ts';
import { chanceOfEveryone, floodCopies, pushOnceCopies, pushOnceCoverageAfter } from '../trace/theory.ts';
import { amountText, partText } from './numbers.ts';

export interface MeasuredUnder {
  readonly scenario: { readonly nodes: number; readonly strategy: 'plumtree' | 'flood' | 'random' };
  readonly parameters: { readonly fanout: number; readonly ttl: number };
  readonly measured: Measured;
}

/** Empty where there is nothing to say. */
export interface Beside {
  readonly theory?: string;
  readonly note?: string;
}

/**
 * Beside the measures of these names. Nothing stands beside detection: SWIM's value is for members that draw whom they probe,
 * and what is derived for peers that watch their own links (test/theory.test.ts) is when the first of them finds out, not
 * when each survivor says so.
 */
export interface TheoryBeside {
  readonly coverage: Beside;
  readonly lastDeliveryHop: Beside;
  readonly payloadPerUpdate: Beside;
  readonly redundancy: Beside;
}

export function theoryBeside(run: MeasuredUnder): TheoryBeside {
  return {
    coverage: ofCoverage(run),
    lastDeliveryHop: ofHops(run),
    payloadPerUpdate: ofPayload(run),
    redundancy: ofRedundancy(run),
  };
}

function ofCoverage({ scenario, parameters, measured }: MeasuredUnder): Beside {
  if (scenario.strategy !== 'random') return { theory: '100 %' };
  const { nodes } = scenario;
  const { fanout, ttl } = parameters;
  const reached = pushOnceCoverageAfter(nodes, fanout, ttl);
  const chance = partText(chanceOfEveryone(nodes, fanout));
  const mean = measured.coverage?.mean ?? 0;
  const word = mean > reached + 0.001 ? 'repair and views without the sender reach more' : deviation(mean, reached);
  return { theory: partText(reached), note: `push-once, everyone with a chance of ${chance}; ${word}` };
}

function ofHops({ scenario, parameters, measured }: MeasuredUnder): Beside {
  if ((measured.lastDeliveryHop?.max ?? 0) >= parameters.ttl) return { note: `the TTL is ${parameters.ttl}` };
  return scenario.strategy === 'plumtree' ? { note: 'deeper than a flood, which takes the shortest ways' } : {};
}

function ofPayload({ scenario, parameters, measured }: MeasuredUnder): Beside {
  const { payloadPerUpdate = 0, redundancy, lastDeliveryHop } = measured;
  const { nodes, strategy } = scenario;
  switch (strategy) {
    case 'flood': {
      if (measured.live !== nodes) return { note: '2E − N + 1 while nothing fails' };
      const copies = floodCopies(nodes, measured.links);
      // Too few links yet to reach all.
      if (copies < nodes - 1) return {};
      const isBound = (lastDeliveryHop?.max ?? 0) >= parameters.ttl;
      const word = isBound ? 'the TTL ran out' : deviation(payloadPerUpdate, copies);
      return {
        theory: amountText(copies),
        note: `2E − N + 1 of ${amountText(measured.links)} links; ${word}`,
      };
    }
    case 'random': {
      const { fanout, ttl } = parameters;
      const copies = pushOnceCopies(nodes, fanout, pushOnceCoverageAfter(nodes, fanout, ttl));
      const fewer =
        fanout > meanPeers(measured) - 1 ? 'views hold fewer peers than that' : deviation(payloadPerUpdate, copies);
      return { theory: amountText(copies), note: `fanout × reached; ${fewer}` };
    }
    case 'plumtree': {
      if (redundancy === undefined || redundancy <= -1) return {};
      const copies = payloadPerUpdate / (1 + redundancy);
      return { theory: amountText(copies), note: `N − 1, a tree; ${deviation(payloadPerUpdate, copies)}` };
    }
  }
}

function ofRedundancy({ scenario, measured }: MeasuredUnder): Beside {
  if (scenario.strategy !== 'plumtree') return {};
  const { redundancy = 0 } = measured;
  if (redundancy < -0.01) return { theory: '0', note: 'below it: not all got every update by itself' };
  if (redundancy <= 0.02) return { theory: '0' };
  return { theory: '0', note: 'each duplicate prunes a link' };
}

function meanPeers({ links, live }: Measured): number {
  return (2 * links) / Math.max(1, live);
}

function deviation(measured: number, theory: number): string {
  const part = measured / theory - 1;
  if (Math.abs(part) < 0.0005) return 'exactly so';
  if (Math.abs(part) < 0.01) return 'agrees';
  return `measured ${Math.abs(100 * part).toFixed(Math.abs(part) < 0.1 ? 1 : 0)} % ${part > 0 ? 'more' : 'less'}`;
}
