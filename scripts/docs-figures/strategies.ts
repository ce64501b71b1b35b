/** The tables of `docs/choosing.md`: the three strategies on the brief's own workload. */
import { runOnce } from '../../src/lab/run-once.ts';
import type { MeasureName, RunMeasures } from '../../src/lab/run-measures.ts';
import { mean } from '../../src/lab/statistics.ts';
import { parseScenario } from '../../src/scenario/scenario-file.ts';
import { countText, threeDigits } from '../../src/text/numbers.ts';
import { spanText } from '../../src/text/spans.ts';
import { markdownTableOf } from './markdown-table.ts';

const STRATEGIES = ['flood', 'random', 'plumtree'] as const;
const LOSSES = [0, 0.02] as const;
const HEADER = ['loss', 'strategy', 'half of all', '99 %', 'last node', 'copies ÷ (N − 1)', 'control', 'kB'];

/** Every node has another favourite every ten seconds or so, for a minute; means over the seeds. */
export function strategyTable(nodes: number, seeds: number): string {
  const rows = LOSSES.flatMap((loss) =>
    STRATEGIES.map((strategy) => {
      const runs = Array.from({ length: seeds }, (_, i) => measured(nodes, strategy, loss, i + 1));
      const of = (name: MeasureName): number => mean(runs.flatMap((run) => run[name] ?? []))?.value ?? Number.NaN;
      return [
        `${100 * loss} %`,
        strategy,
        spanText(of('deliveryTimeMsP50')),
        spanText(of('deliveryTimeMsP99')),
        spanText(of('timeToAllMsP50')),
        (of('payloadPerUpdate') / (nodes - 1)).toFixed(2),
        countText(Math.round(of('controlPerUpdate'))),
        threeDigits(of('bytesPerUpdate') / 1000),
      ];
    }),
  );
  return markdownTableOf(HEADER, rows, { textColumns: 2 });
}

function measured(nodes: number, strategy: (typeof STRATEGIES)[number], loss: number, seed: number): RunMeasures {
  const scenario = parseScenario({
    ...{ name: 'ten-second-resampling', seed, nodes, strategy },
    network: { loss },
    workload: { resampleMs: 10_000 },
    durationMs: 60_000,
  });
  const { measures } = runOnce({ scenario, warmUpUpdates: 0, followsPushes: false });
  if (measures.reachedAll !== 1) throw new Error(`${strategy}, seed ${seed}: an update missed somebody`);
  return measures;
}
