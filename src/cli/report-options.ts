/** `gossip report`: options and help. */
import { Command } from 'commander';

export interface ReportCommandOptions {
  readonly out?: string;
}

export function reportCommand(): Command {
  return new Command('report')
    .description(
      "Make the report of a sweep's results: one HTML file, the same as Markdown, each figure as SVG and PNG.",
    )
    .argument('<folder>', 'where gossip sweep has put its results')
    .option('--out <folder>', 'where the report goes (default: the same folder)')
    .addHelpText(
      'after',
      `
Writes report.html, which needs nothing else, report.md and figures/. What was not varied has no section. A sweep that is
not finished can be reported, too.

Examples:
  $ gossip report sweep-first-look
  $ gossip report sweep-first-look --out docs/first-look`,
    )
    .allowExcessArguments(false)
    .action(async (folder: string, options: ReportCommandOptions) =>
      (await import('./report-command.ts')).runReport(folder, options),
    );
}
