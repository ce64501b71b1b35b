/** What `scripts/swarm.ts` has done on each core. Only plain data goes in and out. */
import { examine } from './examination.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { shrink } from './shrink.ts';
import { swarmScenario } from './swarm-scenario.ts';
import type { Law } from './violation.ts';

export interface SeedResult {
  readonly seed: number;
  readonly settledAfterMs: number | undefined;
  readonly failure: { readonly law: Law; readonly line: string } | undefined;
}

export interface ShrinkTask {
  readonly seed: number;
  readonly law: Law;
  readonly line: string;
}

export default function judge(seed: number): SeedResult {
  const { violation, settledAfterMs } = examine(swarmScenario(seed));
  const failure = violation && { law: violation.law, line: violation.message };
  return { seed, settledAfterMs, failure };
}

/** @returns the smallest scenario that was found to break the same law */
export function shrinkSeed({ seed, law, line }: ShrinkTask): Scenario {
  const { scenario } = shrink(swarmScenario(seed), (candidate) => {
    const { violation } = examine(candidate);
    return violation?.law === law ? violation.atMs : undefined;
  });
  return { ...scenario, description: `Swarm seed ${seed} before shrinking: ${line}`.slice(0, 2000) };
}
