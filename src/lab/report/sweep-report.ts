/** What the report of a sweep says, in order. A section for which there is nothing is not there. */
import { countText } from '../../text/numbers.ts';
import { counted } from '../../text/words.ts';
import { CONFIDENCE } from '../statistics.ts';
import type { SweepResults } from '../run-table.ts';
import type { Block, Fact, Figure, ReportPage, Table } from './document.ts';
import { finding } from './finding.ts';
import { frontierFigure, frontiersOf, frontierTable } from './frontier-figure.ts';
import { parameterFigures } from './parameter-figures.ts';
import { reliabilityFigures } from './reliability-figures.ts';
import { scenarioWords, seedsWords, setParameters, variedWords } from './scenario-words.ts';
import { reportSettings } from './settings.ts';
import { settingsTable } from './settings-table.ts';
import { compareWithTheory } from './theory-comparison.ts';
import { deviationSummary, deviationTable, theoryFigures } from './theory-figures.ts';

export function reportOf(results: SweepResults): ReportPage {
  const { head } = results;
  const settings = reportSettings(results);
  const frontiers = frontiersOf(settings, head);
  const frontier = frontierFigure(frontiers, head);
  const comparisons = compareWithTheory(settings, head);
  const found = finding(frontiers, head);
  const reliability = reliabilityFigures(settings, head);
  const footer = footerOf(results);
  const section = (
    text: string,
    figures: readonly Figure[],
    tables: readonly Table[],
    notes: string[] = [],
  ): Block[] => {
    const withFooter = figures.map((figure) => ({ ...figure, chart: { ...figure.chart, footer } }));
    const parts: Block[] = [
      ...notes.map((note): Block => ({ kind: 'paragraph', text: note })),
      ...figureBlocks(withFooter),
      ...tables.map((table): Block => ({ kind: 'table', table })),
    ];
    return parts.length > 0 ? [{ kind: 'heading', text }, ...parts] : [];
  };
  return {
    title: `Sweep: ${head.name}`,
    blocks: [
      ...(head.description === '' ? [] : [{ kind: 'paragraph', text: head.description } as const]),
      ...foundBlocks(found.headline),
      ...section(
        'The frontier: cost, speed, reliability',
        frontier === undefined ? [] : [frontier],
        frontiers.length === 0 ? [] : [frontierTable(frontiers, head)],
      ),
      ...foundBlocks(found.more),
      { kind: 'heading', text: 'What was run' },
      { kind: 'facts', facts: factsOf(results) },
      ...section('Along each parameter', parameterFigures(settings, head), []),
      ...section('Reliability under loss and failures', reliability.figures, [], reliability.notes),
      ...section(
        'Beside theory',
        theoryFigures(comparisons, head),
        comparisons.length === 0 ? [] : [deviationSummary(comparisons, head), deviationTable(comparisons, head)],
      ),
      ...section('All that was measured', [], settings.length === 0 ? [] : [settingsTable(settings, head)]),
    ],
  };
}

/** What several of them would say under them stands once, above them. */
function figureBlocks(figures: readonly Figure[]): Block[] {
  const isShared = ({ caption }: Figure): boolean => figures.filter((other) => other.caption === caption).length > 1;
  const shared = [...new Set(figures.filter(isShared).map(({ caption }) => caption))];
  return [
    ...shared.map((text): Block => ({ kind: 'paragraph', text })),
    ...figures.map((figure): Block => ({
      kind: 'figure',
      figure: isShared(figure) ? { ...figure, caption: '' } : figure,
    })),
  ];
}

function foundBlocks(sentences: readonly string[]): Block[] {
  const [only] = sentences;
  if (only === undefined) return [];
  return [sentences.length === 1 ? { kind: 'paragraph', text: only } : { kind: 'list', items: sentences }];
}

function factsOf({ head, rows }: SweepResults): Fact[] {
  const { settings, seeds, version, command } = head;
  const expected = settings.length * seeds.length;
  const runs = `${counted(settings.length, 'setting')} × ${counted(seeds.length, 'seed')}`;
  const done = rows.length === expected ? '' : `; ${counted(rows.length, 'run')} of ${countText(expected)} done`;
  const parameters = setParameters(head);
  const facts: (Fact | undefined)[] = [
    { name: 'Scenario', value: scenarioWords(head) },
    parameters === '' ? undefined : { name: 'Set for all', value: parameters },
    { name: 'Varied', value: variedWords(head.varied) || 'nothing' },
    { name: 'Runs', value: `${runs} (${seedsWords(seeds)})${done}` },
    { name: 'Intervals', value: intervalWords(seeds.length) },
    { name: 'Command', value: command, isCommand: true },
    { name: 'Version', value: `gossip ${version}` },
  ];
  return facts.filter((fact) => fact !== undefined);
}

function intervalWords(seeds: number): string {
  if (seeds === 1) return 'one seed: of means there are none, and any difference may be chance';
  const percent = `${100 * CONFIDENCE} %`;
  return `${percent}, over seeds: Student's of means, Wilson's of proportions, with the updates of one run taken as a cluster`;
}

function footerOf({ head }: SweepResults): string {
  return `${scenarioWords(head)}. Seeds ${seedsWords(head.seeds)}. ${head.command}`;
}
