/** `gossip conform`: its options and help. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { LEVELS, type Level } from '../conform/claim.ts';
import { parseAddress, type Address } from '../core/index.ts';
import { whole, withChoices } from './option-values.ts';

export interface ConformCommandOptions {
  readonly level: readonly Level[];
  readonly host: string;
  readonly advertise?: string;
  readonly port: number;
  readonly json: boolean;
}

export function conformCommand(): Command {
  return new Command('conform')
    .description('Say whether a node that runs, in whatever language, keeps to the protocol.')
    .argument('<address>', 'port or host:port of the node', address)
    .addOption(levelOption())
    .addOption(
      new Option('--port <port>', 'port of the first of the peers: the node may be started with it as its bootstrap')
        .argParser(whole(1, 65_535))
        .default(0, 'any free one'),
    )
    .option('--host <host>', 'interface that the peers listen on', '127.0.0.1')
    .option('--advertise <host>', 'host that the node reaches the peers by, where it differs from --host')
    .option('--json', 'print one JSON object instead of a line for each claim', false)
    .addHelpText(
      'after',
      `
Peers of this command speak with the node: on loopback, or where --host and --advertise say. What they make up stays in its table, so it
should be a node that nobody needs. Levels: brief (the five fields, /peers/, versions, TTL, flooding), full (joining, tree, repair, failure
detection), links (streams), hostile (bad input changes nothing). docs/conform.md names every claim.

Exit code 1: a claim fails. What cannot be seen from outside is skipped, with the reason.

Examples:
  $ gossip conform 7001                                  a node of ours: everything, about a minute
  $ python3 examples/guest.py -p 7001 -b 7000 &
  $ gossip conform 7001 --level brief --port 7000        a node that knows only the brief, and joins through us
  $ gossip conform 10.0.0.7:7001 --host 0.0.0.0 --advertise 10.0.0.5
  $ gossip conform 7001 --json | jq '.claims[] | select(.result == "failed")'`,
    )
    .allowExcessArguments(false)
    .action(async (node: Address, options: ConformCommandOptions) =>
      (await import('./conform-command.ts')).runConformCommand(node, options),
    );
}

function address(text: string): Address {
  try {
    return parseAddress(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function levelOption(): Option {
  const option = withChoices(new Option('--level <name>', 'what to try; may be repeated'), LEVELS);
  const read = option.parseArg as (text: string, earlier: unknown) => Level;
  return option
    .argParser<readonly Level[]>((text, earlier) => [
      ...new Set([...(earlier === LEVELS ? [] : earlier), read(text, undefined)]),
    ])
    .default(LEVELS, 'all');
}
