/** `gossip recommend`: options and help. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { duration, nodeCount, whole, withChoices } from './option-values.ts';

export const LEAST_EVERY_MS = 10;

export interface RecommendCommandOptions {
  readonly nodes: number;
  readonly loss?: number;
  readonly delayMs?: number;
  readonly scenario?: string;
  readonly reliability: number;
  readonly maxMs: number;
  readonly maxMessages?: number;
  readonly cost: 'messages' | 'bytes';
  readonly everyMs?: number;
  /** In milliseconds. */
  readonly budget: number;
  readonly jobs?: number;
  readonly json: boolean;
}

function part(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= least && value <= most)) {
      throw new InvalidArgumentError(`Expected a number from ${least} to ${most}.`);
    }
    return value;
  };
}

export function recommendCommand(): Command {
  return new Command('recommend')
    .description('Find the cheapest settings proven by simulation to meet your target, with the confidence.')
    .addOption(new Option('-n, --nodes <count>', 'number of nodes').argParser(nodeCount).default(100))
    .addOption(new Option('--loss <part>', 'chance that a message is lost (default: 0)').argParser(part(0, 0.9)))
    .addOption(
      new Option(
        '--delay-ms <ms>',
        'mean delay of a link; links vary from 0.5 to 1.5 times it (default: 10 to 100 ms)',
      ).argParser(whole(1, 60_000)),
    )
    .option('--scenario <scenario>', 'take the network of this scenario: a file, or a shipped one')
    .addOption(
      new Option('--reliability <part>', 'minimum part of updates that every live node holds by the deadline')
        .argParser(part(0.5, 0.99999))
        .default(0.99),
    )
    .addOption(new Option('--max-ms <ms>', 'the deadline of an update').argParser(whole(1, 600_000)).default(10_000))
    .addOption(
      new Option('--max-messages <count>', 'maximum messages of an update, payload and control together').argParser(
        whole(1, 1e9),
      ),
    )
    .addOption(withChoices(new Option('--cost <what>', 'what to minimize'), ['messages', 'bytes']).default('messages'))
    .addOption(
      new Option(
        '--every-ms <ms>',
        'time between two updates of the network; updates share the cost of heartbeats (default: one a node every 10 s)',
      ).argParser(whole(LEAST_EVERY_MS, 600_000)),
    )
    .addOption(new Option('--budget <time>', 'how long to search').argParser(duration).default(60_000, '60s'))
    .addOption(
      new Option('--jobs <count>', 'number of runs at one time (default: one per core)').argParser(whole(1, 1024)),
    )
    .option('--json', 'print one JSON object instead of text', false)
    .addHelpText(
      'after',
      `
Examples:
  $ gossip recommend --nodes 100 --loss 0.02 --reliability 0.99
  $ gossip recommend --nodes 50 --reliability 0.95 --max-ms 800 --budget 30s
  $ gossip recommend --nodes 500 --loss 0.02 --reliability 0.999 --budget 10m --json`,
    )
    .allowExcessArguments(false)
    .action(async (options: RecommendCommandOptions) => (await import('./recommend-command.ts')).runRecommend(options));
}
