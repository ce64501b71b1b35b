/** `gossip calibrate`: its options and help. */
import { Command, Option } from 'commander';
import { DEFAULT_STRATEGY, STRATEGY_NAMES, type StrategyName } from '../core/index.ts';
import { basePortOption, seedOption, whole, withChoices } from './option-values.ts';

export interface CalibrateCommandOptions {
  readonly nodes: number;
  readonly strategy: StrategyName;
  readonly seed?: number;
  readonly basePort: number;
  readonly json: boolean;
}

/** As many processes as `gossip cluster` takes. */
const MAX_NODES = 500;

export function calibrateCommand(): Command {
  return new Command('calibrate')
    .description('Measure what a message costs between processes on this machine, for gossip agree.')
    .addOption(
      new Option('-n, --nodes <count>', 'number of nodes, which share the cores')
        .argParser(whole(2, MAX_NODES))
        .default(20),
    )
    .addOption(
      withChoices(new Option('--strategy <name>', 'how rumors spread'), STRATEGY_NAMES).default(DEFAULT_STRATEGY),
    )
    .addOption(seedOption())
    .addOption(basePortOption())
    .option('--json', 'print one JSON object instead of a summary', false)
    .addHelpText('after', '\nExample:\n  $ gossip calibrate -n 20 --json > machine.json')
    .allowExcessArguments(false)
    .action(async (options: CalibrateCommandOptions) => (await import('./calibrate-command.ts')).runCalibrate(options));
}
