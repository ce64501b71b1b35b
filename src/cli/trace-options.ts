import { Command, Option } from 'commander';
import { duration, whole } from './option-values.ts';

export interface TraceCommandOptions {
  readonly update?: string;
  readonly timeline: boolean;
  readonly svg?: string;
  readonly why?: string;
  /** In milliseconds. */
  readonly at?: number;
  readonly last: number;
  readonly json: boolean;
}

const DEFAULT_LAST = 30;

export function traceCommand(): Command {
  return new Command('trace')
    .description(
      'Follow an update through a recorded trace: which node got it from which, when, and why a node did not.',
    )
    .argument('<file>', 'from gossip sim --trace or gossip cluster --record; - for standard input')
    .option(
      '--update <which>',
      'show the infection tree of this update: its number (3), uuid or part of it, or origin/version (7001/3)',
    )
    .option('--timeline', 'show when each node got it, instead of the tree', false)
    .option('--svg <file>', 'draw the tree over time to a file')
    .option('--why <node>', 'explain why this node lacks it, or how it got it')
    .addOption(new Option('--at <time>', 'the state at this time: 1500, 12s (default: the end)').argParser(duration))
    .addOption(
      new Option('--last <count>', 'how many of the latest updates to list')
        .argParser(whole(1, 10_000))
        .default(DEFAULT_LAST),
    )
    .option('--json', 'print one JSON object', false)
    .addHelpText(
      'after',
      `
Examples:
  $ gossip sim --trace trace.jsonl
  $ gossip trace trace.jsonl                              which updates it tells of
  $ gossip trace trace.jsonl --update 101                 who got number 101 from whom
  $ gossip trace trace.jsonl --update 101 --timeline
  $ gossip trace trace.jsonl --update 101 --svg tree.svg
  $ gossip trace trace.jsonl --update 101 --why n17 --at 10250`,
    )
    .allowExcessArguments(false)
    .action(async (file: string, options: TraceCommandOptions) =>
      (await import('./trace-command.ts')).runTrace(file, options),
    );
}
