/**
 * What was measured beside what theory says, where theory applies. Its formulas (`trace/theory.ts`) know no failures, and those
 * of push-once no repair; loss enters them as a smaller fanout: of `fanout` copies, each is lost by itself.
 */
import { DEFAULT_PARAMETERS, type Parameters } from '../../core/index.ts';
import {
  chanceOfEveryone,
  floodCopies,
  pushOnceCopies,
  pushOnceCoverage,
  pushOnceCoverageAfter,
  treeCopies,
} from '../../trace/theory.ts';
import type { MeasureName } from '../run-measures.ts';
import type { SweepHead } from '../sweep-head.ts';
import type { Estimate } from '../statistics.ts';
import { whole, type ReportSetting } from './settings.ts';
import { valueAt } from './slices.ts';

export const QUANTITIES = {
  coverage: { words: 'coverage of push-once', measure: 'coverageMean' },
  everyone: { words: 'chance of everyone by push-once', measure: 'reachedAll' },
  pushCopies: { words: 'copies of push-once, fanout × reached', measure: 'payloadPerUpdate' },
  floodCopies: { words: 'copies of a flood, 2E − N + 1', measure: 'payloadPerUpdate' },
  treeCopies: { words: 'copies along a tree, N − 1', measure: 'payloadPerUpdate' },
} as const satisfies { readonly [name: string]: { readonly words: string; readonly measure: MeasureName } };

export type Quantity = keyof typeof QUANTITIES;

export interface Comparison {
  readonly setting: ReportSetting;
  readonly quantity: Quantity;
  readonly theory: number;
  readonly measured: Estimate;
  /** Of copies: measured ÷ theory − 1. Of parts of a whole: measured − theory. */
  readonly deviation: number;
}

/** What theory needs to know of a setting. */
export interface Idealised {
  readonly nodes: number;
  readonly fanout: number;
  readonly ttl: number;
  /** That a message is not lost. */
  readonly arrives: number;
  /** Does something die, leave, pause or lie behind a partition? */
  readonly isPeaceful: boolean;
  /** No heartbeat comes within the run: nothing is repaired. */
  readonly isPushAlone: boolean;
  /** Links per node, on average; infinite where that is not known beforehand. */
  readonly degree: number;
}

export function idealised({ values }: ReportSetting, { scenario, varied }: SweepHead): Idealised {
  const own = (path: string): unknown => {
    const name = varied.find((each) => each.path === path)?.name;
    return (name === undefined ? undefined : values[name]) ?? valueAt(scenario, path);
  };
  const parameter = (name: keyof Parameters): number =>
    Number(own(`parameters.${name}`) ?? DEFAULT_PARAMETERS[name as 'ttl']);
  const faultsVaried = varied.filter(({ path }) => /fault|kill|churn/i.test(path));
  const isAtPeace =
    faultsVaried.length > 0 ? faultsVaried.every(({ name }) => !values[name]) : scenario.faults.length === 0;
  return {
    nodes: Number(own('nodes')),
    fanout: parameter('fanout'),
    ttl: parameter('ttl'),
    arrives: 1 - Number(own('network.loss') ?? 0),
    isPeaceful: isAtPeace,
    isPushAlone: Math.min(parameter('heartbeatMs'), parameter('heartbeatMinMs')) >= scenario.durationMs,
    degree: Number(own('join.degree') ?? Infinity),
  };
}

/** All that can be compared, setting by setting. */
export function compareWithTheory(settings: readonly ReportSetting[], head: SweepHead): Comparison[] {
  return settings.flatMap((setting) => {
    const ideal = idealised(setting, head);
    return ideal.isPeaceful ? compared(setting, expectedOf(setting, ideal)) : [];
  });
}

type Expected = { readonly [name in Quantity]?: number };

function compared(setting: ReportSetting, expected: Expected): Comparison[] {
  return (Object.keys(expected) as Quantity[]).flatMap((quantity) => {
    const theory = expected[quantity];
    const { measure } = QUANTITIES[quantity];
    const measured = measure === 'reachedAll' ? setting.measures[measure] : whole(setting, measure);
    if (theory === undefined || measured === undefined) return [];
    const isPart = measure !== 'payloadPerUpdate';
    return [{ setting, quantity, theory, measured, deviation: deviationOf(theory, measured.value, isPart) }];
  });
}

export function deviationOf(theory: number, measured: number, isPart: boolean): number {
  return isPart ? measured - theory : measured / theory - 1;
}

function expectedOf(setting: ReportSetting, ideal: Idealised): Expected {
  const { nodes } = ideal;
  switch (setting.strategy) {
    case 'flood': {
      const links = whole(setting, 'links')?.value;
      const deepest = whole(setting, 'lastDeliveryHopMax')?.value ?? Infinity;
      // A node as far away as the TTL goes does not pass it on.
      const isBound = Math.ceil(deepest) >= ideal.ttl || setting.measures.reachedAll?.value !== 1;
      return links === undefined || isBound ? {} : { floodCopies: floodCopies(nodes, links) };
    }
    case 'plumtree':
      return ideal.arrives === 1 ? { treeCopies: treeCopies(nodes) } : {};
    case 'random':
      return expectedOfPush(ideal);
    default:
      return {};
  }
}

function expectedOfPush(ideal: Idealised): Expected {
  const { nodes, fanout, ttl, arrives, isPushAlone, degree } = ideal;
  // It never goes back to whom it came from. With as many it is a flood of the peers that there are.
  if (!isPushAlone || fanout > degree - 1) return {};
  const coverage = coverageByPush(ideal);
  return {
    coverage,
    pushCopies: pushOnceCopies(nodes, fanout, coveredBeforeTheLast(ideal)),
    ...(!isTtlBinding(nodes, fanout * arrives, ttl) && { everyone: chanceOfEveryone(nodes, fanout * arrives) }),
  };
}

/** Also for fanouts that were not run. */
export function coverageByPush({ nodes, fanout, ttl, arrives }: Idealised): number {
  return pushOnceCoverageAfter(nodes, fanout * arrives, ttl);
}

/** Those that the TTL lets pass it on: all but who gets it with nothing left. */
function coveredBeforeTheLast(ideal: Idealised): number {
  return coverageByPush({ ...ideal, ttl: ideal.ttl - 1 });
}

function isTtlBinding(nodes: number, fanout: number, ttl: number): boolean {
  return pushOnceCoverageAfter(nodes, fanout, ttl) < pushOnceCoverage(fanout) - 0.001;
}
