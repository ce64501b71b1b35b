import { describe, expect, test } from 'vitest';
import type { RunMeasures } from '../run-measures.ts';
import type { SweepResults } from '../run-table.ts';
import type { Setting } from '../sweep-head.ts';
import { chartSvg } from './chart.ts';
import { htmlPage } from './html-page.ts';
import { markdownPage } from './markdown-page.ts';
import { resultsOf, WELL } from './report-fixture.ts';
import { reportOf } from './sweep-report.ts';

function headings(results: SweepResults): string[] {
  return reportOf(results).blocks.flatMap((block) => (block.kind === 'heading' ? [block.text] : []));
}

function figureNames(results: SweepResults): string[] {
  return reportOf(results).blocks.flatMap((block) => (block.kind === 'figure' ? [block.figure.name] : []));
}

const byFanout = ({ fanout }: Setting['values']): RunMeasures => {
  return { ...WELL, timeToAllMsP50: 1200 / Number(fanout), payloadPerUpdate: 100 * Number(fanout) };
};
const FANOUTS = [2, 3, 4, 6].map((fanout) => ({ strategy: 'random', fanout }));

describe('a report', () => {
  test('tells of each parameter that varied, with a figure of time and one of messages', () => {
    const results = resultsOf({ settings: FANOUTS, measure: byFanout });
    expect(figureNames(results)).toEqual(['frontier', 'time-by-fanout', 'messages-by-fanout']);
  });

  test('leaves out what did not vary, was not measured, or has no theory', () => {
    const one = resultsOf({ settings: [{ strategy: 'shout' }], measure: () => ({ coverageMean: 1 }) });
    expect(headings(one)).toEqual(['What was run', 'All that was measured']);
    const without = resultsOf({ settings: FANOUTS, measure: () => ({ coverageMean: 0.9 }) });
    expect(headings(without)).toEqual(['What was run', 'All that was measured']);
  });

  test('shows the frontier first, under a headline that names the default and what is better than it', () => {
    const settings = ['flood', 'plumtree'].map((strategy) => ({ strategy }));
    const measure = ({ strategy }: Setting['values']): RunMeasures => ({
      ...WELL,
      timeToAllMsP50: strategy === 'flood' ? 200 : 400,
    });
    const { blocks } = reportOf(resultsOf({ settings, measure }));
    const kinds = blocks.map(({ kind }) => kind);
    expect(kinds.indexOf('figure')).toBeLessThan(kinds.indexOf('facts'));
    const text = markdownPage({ title: '', blocks }, 'figures');
    expect(text).toMatch(
      /The default, plumtree, takes .* and 400 ms to all\. It is not the best choice here: flood takes/,
    );
    expect(text.indexOf('The default')).toBeLessThan(text.indexOf('](figures/'));
    const better = ({ strategy }: Setting['values']): RunMeasures => ({
      ...WELL,
      timeToAllMsP50: strategy === 'flood' ? 400 : 200,
    });
    expect(htmlPage(reportOf(resultsOf({ settings, measure: better })))).toMatch(
      /plumtree, takes .* No setting beats it/,
    );
  });

  test('says once what holds for several figures', () => {
    const settings = FANOUTS.flatMap((each) => [3, 9].map((ttl) => ({ ...each, ttl })));
    const page = reportOf(resultsOf({ settings, measure: byFanout }));
    for (const text of [htmlPage(page), markdownPage(page, 'figures')]) {
      expect(text.split('Each panel holds all other parameters')).toHaveLength(3);
      expect(text.split('Seeds 1').length).toBeLessThanOrEqual(2);
    }
  });

  test('draws no figure of a reliability that is whole everywhere, and says so', () => {
    const settings = [0, 0.1, 0.3].map((loss) => ({ loss }));
    const results = resultsOf({ settings, measure: () => ({ ...WELL, reachedAll: 1 }) });
    expect(figureNames(results)).not.toContain('reliability-by-loss');
    expect(htmlPage(reportOf(results))).toContain('Every measured update reached every live node, up to loss 30 %.');
  });

  test('compares strategies where nothing else varied', () => {
    const settings = ['flood', 'plumtree'].map((strategy) => ({ strategy }));
    expect(figureNames(resultsOf({ settings, measure: () => WELL }))).toEqual(
      expect.arrayContaining(['time-by-strategy', 'messages-by-strategy']),
    );
  });

  test.each(['loss', 'killed'])('shows reliability along %s', (name) => {
    const settings = [0, 0.1, 0.3].map((part) => ({ [name]: part }));
    const measure = (values: Setting['values']): RunMeasures => ({ ...WELL, reachedAll: 1 - Number(values[name]) });
    expect(figureNames(resultsOf({ settings, measure }))).toContain(`reliability-by-${name}`);
  });

  test('says in a title what the numbers do, and nothing where intervals overlap', () => {
    const falls = htmlPage(reportOf(resultsOf({ settings: FANOUTS, measure: byFanout })));
    expect(falls).toContain('Fanout 2 → 6: time to all falls from 600 ms to 200 ms under random');
    const noise = (_: Setting['values'], seed: number): RunMeasures => ({ ...WELL, timeToAllMsP50: 100 * seed });
    const none = htmlPage(reportOf(resultsOf({ settings: FANOUTS, measure: noise })));
    expect(none).toContain('Fanout: no change of time to all that these runs could show');
  });

  test('of one seed says that there are no intervals', () => {
    const page = htmlPage(reportOf(resultsOf({ settings: FANOUTS, measure: byFanout, seeds: 1 })));
    expect(page).toContain('one seed: of means there are none');
    expect(page).toContain('(one seed, no interval)');
  });

  test('keeps frontiers of different environments apart: no setting is beaten by one that lost nothing', () => {
    const settings = [0, 0.2].map((loss) => ({ strategy: 'flood', loss })).concat({ strategy: 'plumtree', loss: 0.2 });
    const results = resultsOf({
      settings,
      measure: ({ loss }) => ({ ...WELL, timeToAllMsP50: 100 + 1000 * Number(loss) }),
    });
    const table = reportOf(results).blocks.find((block) => block.kind === 'table');
    expect(table?.kind === 'table' && table.table.rows.map(([, loss]) => loss?.text)).toEqual(['20 %', '20 %']);
  });

  test('of a sweep that is not finished says how far it is', () => {
    const { head, rows } = resultsOf({ settings: FANOUTS, measure: byFanout });
    expect(htmlPage(reportOf({ head, rows: rows.slice(0, 5) }))).toContain('5 runs of 16 done');
    expect(headings({ head, rows: [] })).toEqual(['What was run']);
  });

  test('of 250 settings is smaller than 2 MB', () => {
    const settings = [...Array(250).keys()].map((i) => {
      return {
        strategy: ['flood', 'random'][i % 2]!,
        fanout: 1 + (i % 5),
        ttl: 1 + (i % 25),
        loss: Math.floor(i / 50) / 10,
      };
    });
    expect(htmlPage(reportOf(resultsOf({ settings, measure: byFanout }))).length).toBeLessThan(2_000_000);
  });
});

const HOSTILE = '"><script>alert(1)</script>\u0000|`[x](javascript:x) <!-- var(--ink)';

describe('names that come from a file', () => {
  const settings = [1, 2].flatMap((fanout) =>
    ['a', 'b'].map((end) => ({ strategy: HOSTILE, fanout, [HOSTILE]: `${HOSTILE}${end}` })),
  );
  const page = reportOf(resultsOf({ name: HOSTILE, settings, measure: byFanout }));

  test('are no markup of the page, which forbids all scripts but its own', () => {
    const html = htmlPage(page);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toContain('<!--');
    expect(html).not.toContain('\u0000');
    expect(html).toMatch(/content="default-src &#39;none&#39;; style-src &#39;sha256-[^"]+script-src &#39;sha256-/);
    expect(html).not.toMatch(/ (?:style|on\w+)="|(?:src|href)="/);
  });

  test('are none of a figure, and no part of its file name', () => {
    const figures = page.blocks.flatMap((block) => (block.kind === 'figure' ? [block.figure] : []));
    expect(figures.length).toBeGreaterThan(0);
    for (const { name, chart } of figures) {
      expect(chartSvg(chart)).not.toMatch(/<script|<!--/);
      expect(chartSvg(chart)).not.toContain('\u0000');
      expect(name).toMatch(/^[\w-]+$/);
    }
  });

  test('are none of Markdown: no link, no HTML, no cell more', () => {
    const text = markdownPage(page, 'figures');
    expect(text).not.toMatch(/<script|<!--|(?<!\\)\[x\]|(?<!\\)\|\\`/);
    for (const line of text.split('\n').filter((each) => each.startsWith('| ---') || each.startsWith('| --:'))) {
      expect(line).toMatch(/^(\| -+:? )+\|$/);
    }
  });
});
