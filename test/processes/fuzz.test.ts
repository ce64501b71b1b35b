/** Twenty thousand hostile inputs to a node that runs, always the same. `npm run fuzz -- --count 1000000` says more of them. */
import { expect, test } from 'vitest';
import { Campaign } from '../../scripts/fuzz/campaign.ts';
import { TARGETS, type TargetName } from '../../scripts/fuzz/targets.ts';
import { freePort } from '../free-port.ts';
import { COMMAND } from './real-network.ts';

const SEED = 1;
const COUNT = 20_000;

test.each(Object.keys(TARGETS) as TargetName[])(
  `${COUNT} hostile inputs of seed ${SEED} do an %s node no harm`,
  async (target) => {
    const campaign = new Campaign({
      seed: SEED,
      from: 0,
      count: COUNT,
      seconds: 120,
      firstPort: await freePort(3),
      command: [COMMAND],
      targetOptions: TARGETS[target],
      rests: 2,
      progress: () => undefined,
    });
    const { finding, delivered, outcomes } = await campaign.run();
    const again =
      finding && `npm run fuzz -- --target ${target} --seed ${SEED} --from ${finding.from} --count ${finding.count}`;
    expect(finding?.text, again).toBeUndefined();
    expect(delivered).toBe(COUNT);
    // It understood a part of each kind that could be understood, and did not swallow everything.
    const all = [...outcomes.values()];
    for (const outcome of ['taken', 'refused', 'cut off'] as const) {
      expect(all.reduce((sum, counts) => sum + counts[outcome], 0)).toBeGreaterThan(COUNT / 50);
    }
  },
  // Ten seconds on a machine of its own.
  150_000,
);
