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
    .description('Find the cheapest parameters for a network by simulation, and say how sure that is.')
    .addOption(new Option('-n, --nodes <count>', 'how many nodes').argParser(nodeCount).default(100))
    .addOption(new Option('--loss <part>', 'chance that a message is lost (default: 0)').argParser(part(0, 0.9)))
    .addOption(
      new Option(
        '--delay-ms <ms>',
        'mean delay of a link, from half to one and a half of it (default: 10 to 100)',
      ).argParser(whole(1, 60_000)),
    )
    .option('--scenario <scenario>', 'whose network to take: a file, or one that is shipped')
    .addOption(
      new Option('--reliability <part>', 'least part of updates that every live node holds in time')
        .argParser(part(0.5, 0.99999))
        .default(0.99),
    )
    .addOption(new Option('--max-ms <ms>', 'what in time means').argParser(whole(1, 600_000)).default(10_000))
    .addOption(
      new Option(
        '--max-messages <count>',
        'most messages, payload and control, that an update may take, whatever --cost says',
      ).argParser(whole(1, 1e9)),
    )
    .addOption(
      withChoices(new Option('--cost <what>', 'what the cheapest has least of'), ['messages', 'bytes']).default(
        'messages',
      ),
    )
    .addOption(
      new Option(
        '--every-ms <ms>',
        'between two updates of the network, which share what heartbeats cost (default: each node has one every 10 s)',
      ).argParser(whole(LEAST_EVERY_MS, 600_000)),
    )
    .addOption(new Option('--budget <time>', 'how long to simulate').argParser(duration).default(60_000, '60s'))
    .addOption(new Option('--jobs <count>', 'runs at one time (default: one a core)').argParser(whole(1, 1024)))
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
