import type { DocsFigure } from './figure.ts';
import { strategyTable } from './strategies.ts';
import { simSummary } from './summary.ts';

export const DOCS_FIGURES: readonly DocsFigure[] = [
  { name: 'summary of gossip sim', page: 'docs/simulator.md', isQuick: true, make: simSummary },
  {
    name: 'strategies, 20 nodes',
    page: 'docs/choosing.md',
    isQuick: true,
    make: () => strategyTable(20, 4),
  },
  {
    name: 'strategies, 100 nodes',
    page: 'docs/choosing.md',
    isQuick: false,
    make: () => strategyTable(100, 10),
  },
];
