/** `gossip sweep`: options and help. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { whole } from './option-values.ts';

export interface SweepCommandOptions {
  readonly scenario?: string;
  /** As they were given, in their order: `fanout=2..8`. */
  readonly vary: readonly string[];
  readonly strategy?: string;
  readonly seeds?: string;
  readonly warmUp?: number;
  readonly out?: string;
  readonly resume?: string;
  readonly jobs?: number;
  readonly maxRuns?: number;
  readonly report: boolean;
  readonly list: boolean;
  readonly json: boolean;
}

export const DEFAULT_MAX_RUNS = 100_000;
const MAX_JOBS = 1024;

function varyOption(text: string, earlier: readonly string[]): readonly string[] {
  if (!/^[^=]+=./.test(text)) throw new InvalidArgumentError('Expected NAME=VALUES, as in fanout=2..8 or loss=0,0.05.');
  return [...earlier, text];
}

export function sweepCommand(): Command {
  return new Command('sweep')
    .description('Run all combinations of parameters in virtual time, each with many seeds, and compare them.')
    .argument('[sweep]', 'a file, the name of a shipped sweep (--list), or - for standard input')
    .addOption(
      new Option('--vary <name=values>', 'fanout=2..8, ttl=4,6,8, loss=0..0.2:0.05; may be repeated')
        .argParser(varyOption)
        .default([], 'nothing'),
    )
    .option('--strategy <names>', 'short for --vary strategy=NAMES')
    .option('--scenario <scenario>', 'the scenario behind all settings: a file, or a shipped one (gossip sim --list)')
    .option('--seeds <seeds>', 'seeds of each setting, a count or a range: 20, 11..30 (default: 20)')
    .addOption(
      new Option(
        '--warm-up <updates>',
        'first updates of each run, which are not measured (default: as in the sweep; 2 without a sweep and a scenario)',
      ).argParser(whole(0, 100_000)),
    )
    .option(
      '--out <folder>',
      'folder for the results (default: sweep- and a name made from the sweep and these options)',
    )
    .option('--resume <folder>', 'continue a stopped sweep')
    .addOption(
      new Option('--jobs <count>', 'number of runs at one time (default: one per core)').argParser(whole(1, MAX_JOBS)),
    )
    .addOption(
      new Option('--max-runs <count>', `maximum number of runs (default: ${DEFAULT_MAX_RUNS})`).argParser(
        whole(1, 1e9),
      ),
    )
    .option('--report', 'also write the report (gossip report) there', false)
    .option('--list', 'list the shipped sweeps', false)
    .option('--json', 'print one JSON object instead of a table', false)
    .addHelpText(
      'after',
      `
What varies is any field of a scenario: nodes, strategy, degree (of a ready graph), loss, delay, killed, each parameter of
the core by its name (fanout, ttl, maxPeers, heartbeatMs …), or a path such as workload.updates.everyMs. The same seed has
the same workload and faults in every setting. Ctrl-C keeps what there is; the same command goes on with it.

Examples:
  $ gossip sweep first-look --report                               under a minute, and a page with figures
  $ gossip sweep --strategy flood,random,plumtree --vary fanout=3..5 --seeds 10
  $ gossip sweep --scenario kill-half --vary heartbeatMs=500,1000,5000
  $ gossip sweep my-sweep.json --out results --json
  $ gossip sweep --resume results`,
    )
    .allowExcessArguments(false)
    .action(async (source: string | undefined, options: SweepCommandOptions) =>
      (await import('./sweep-command.ts')).runSweep(source, options),
    );
}
