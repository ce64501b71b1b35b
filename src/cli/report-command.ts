/** `gossip report FOLDER`: the report of results that are there. */
import { ResultsError } from '../lab/run-table.ts';
import { writeReport } from '../lab/report/write-report.ts';
import type { ReportCommandOptions } from './report-options.ts';
import { UsageError } from './usage-error.ts';

export async function runReport(folder: string, { out = folder }: ReportCommandOptions): Promise<void> {
  try {
    const { html, markdown, figures } = await writeReport(folder, out);
    process.stdout.write(`${html}\n${markdown}, with ${figures} figure${figures === 1 ? '' : 's'} as SVG and PNG\n`);
  } catch (error) {
    throw error instanceof ResultsError ? new UsageError(error.message) : error;
  }
}
