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
    .argument('<folder>', 'folder with the results of gossip sweep')
    .option('--out <folder>', 'folder for the report (default: the same)')
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
