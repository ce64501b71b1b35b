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
    .description('Follow an update through a recorded trace: who got it from whom, when, and why somebody did not.')
    .argument('<file>', 'from gossip sim --trace or gossip cluster --record; - for standard input')
    .option(
      '--update <which>',
      'its number (3), its uuid or a part of it, or origin/version (7001/3): its infection tree',
    )
    .option('--timeline', 'who got it when, instead of the tree', false)
    .option('--svg <file>', 'draw the tree over time')
    .option('--why <node>', 'why this node has it not (or how it came to have it)')
    .addOption(new Option('--at <time>', 'as it was then: 1500, 12s (default: the end)').argParser(duration))
    .addOption(
      new Option('--last <count>', 'list so many updates, the latest')
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
