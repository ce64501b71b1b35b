/** From a results folder to its report: `report.html`, `report.md`, and `figures/` with each figure as SVG and PNG. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readResults } from '../run-table.ts';
import { writeChart } from './chart-files.ts';
import { htmlPage } from './html-page.ts';
import { markdownPage } from './markdown-page.ts';
import { reportOf } from './sweep-report.ts';

const FIGURES = 'figures';

export interface WrittenReport {
  /** Paths of the two pages. */
  readonly html: string;
  readonly markdown: string;
  readonly figures: number;
}

/**
 * @param folder of a sweep's results, finished or not
 * @param out where the report goes; the same folder if not given
 * @throws ResultsError
 */
export async function writeReport(folder: string, out = folder): Promise<WrittenReport> {
  const page = reportOf(readResults(folder));
  const figures = page.blocks.flatMap((block) => (block.kind === 'figure' ? [block.figure] : []));
  await mkdir(join(out, FIGURES), { recursive: true });
  for (const { name, chart } of figures) await writeChart(join(out, FIGURES, name), chart);
  const [html, markdown] = [join(out, 'report.html'), join(out, 'report.md')];
  await writeFile(html, htmlPage(page));
  await writeFile(markdown, markdownPage(page, FIGURES));
  return { html, markdown, figures: figures.length };
}
