/** `gossip agree`: its options and help. */
import { Command, Option } from 'commander';
import { basePortOption, nodeCount, whole, withScenarioOptions, type ScenarioCommandOptions } from './option-values.ts';

export interface AgreeCommandOptions extends ScenarioCommandOptions {
  readonly basePort: number;
  readonly repeat: number;
  readonly seeds: number;
  readonly calibration?: string;
}

export function agreeCommand(): Command {
  return withScenarioOptions(
    new Command('agree')
      .description('Run a scenario with real processes and in the simulator, and compare the two.')
      .argument('<scenario>', 'a file, the name of a shipped scenario (gossip sim --list), or - for standard input')
      .addOption(
        new Option('-n, --nodes <count>', 'number of nodes (default: as in the scenario)').argParser(nodeCount),
      ),
    'length of each run: 1500, 30s, 5m, 1h (default: as in the scenario)',
  )
    .addOption(new Option('--repeat <count>', 'real runs, with a seed each').argParser(whole(1, 100)).default(1))
    .addOption(
      new Option('--seeds <count>', 'simulated runs for each real one').argParser(whole(1, 10_000)).default(20),
    )
    .option('--calibration <file>', 'output of gossip calibrate --json (default: calibrate first, with as many nodes)')
    .addOption(basePortOption())
    .addHelpText(
      'after',
      `
Exit code 1: an aim was missed (messages and hops within 5 %, coverage equal, time to all within 20 %).

Examples:
  $ gossip agree kill-ten -n 20                               measures this machine first: about three minutes
  $ gossip calibrate -n 20 --json > machine.json              does that once
  $ gossip agree kill-ten -n 20 --calibration machine.json --repeat 3`,
    )
    .allowExcessArguments(false)
    .action(async (scenario: string, options: AgreeCommandOptions) =>
      (await import('./agree-command.ts')).runAgree(scenario, options),
    );
}
