/** `gossip report FOLDER`: the report of results that are there. */
import { ResultsError } from '../lab/run-table.ts';
import { writeReport } from '../lab/report/write-report.ts';
import { endWithOutput } from './output.ts';
import type { ReportCommandOptions } from './report-options.ts';
import { writtenTo } from './unwritable.ts';
import { UsageError } from './usage-error.ts';

export async function runReport(folder: string, { out = folder }: ReportCommandOptions): Promise<void> {
  endWithOutput();
  try {
    await tellReport(folder, out, process.stdout);
  } catch (error) {
    throw error instanceof ResultsError ? new UsageError(error.message) : error;
  }
}

/** Writes it, and says where it is. @throws ResultsError */
export async function tellReport(folder: string, out: string, to: NodeJS.WriteStream): Promise<void> {
  const { html, markdown, figures } = await writtenTo(out, writeReport(folder, out));
  to.write(`${html}\n${markdown}, with ${figures} figure${figures === 1 ? '' : 's'} as SVG and PNG\n`);
}
