/** The command line: options and help only. What a command does is loaded when it is called. */
import { Command, CommanderError, Option } from 'commander';
import { DEFAULT_PARAMETERS, DEFAULT_STRATEGY, STRATEGY_NAMES } from '../core/index.ts';
import type { Address, StrategyName } from '../core/index.ts';
import { DEFAULT_BATCH_MS, DEFAULT_HEARTBEAT_MS } from '../maelstrom/defaults.ts';
import { DEFAULT_CLUSTER } from '../http/cluster-name.ts';
import { MAX_RESAMPLE_MS } from '../http/node-options.ts';
import { nearestName } from '../scenario/nearest-name.ts';
import { escapeControls } from '../trace/escape-controls.ts';
import { lineOfSystemError } from '../trace/system-error.ts';
import { agreeCommand } from './agree-options.ts';
import { calibrateCommand } from './calibrate-options.ts';
import { DASHBOARD_PORT, dashboardCommand, dashboardPort } from './dashboard-options.ts';
import { runNode } from './node-command.ts';
import {
  addressOption,
  basePortOption,
  clusterOption,
  nodeCount,
  parameter,
  seedOption,
  whole,
  withChoices,
  withScenarioOptions,
  type ScenarioCommandOptions,
} from './option-values.ts';
import { endWithOutput, goOnWithoutRemarks } from './output.ts';
import { recommendCommand } from './recommend-options.ts';
import { reportCommand } from './report-options.ts';
import { sweepCommand } from './sweep-options.ts';
import { traceCommand } from './trace-options.ts';
import { UsageError } from './usage-error.ts';

/** Put in by the build. */
declare const PACKAGE_VERSION: string | undefined;

export interface NodeCommandOptions {
  readonly port: number;
  readonly bootstrap: readonly Address[];
  readonly host: string;
  readonly advertise?: string;
  readonly cluster: string;
  readonly guests: boolean;
  readonly books?: string;
  readonly resampleMs: number;
  readonly ttl: number;
  readonly maxPeers: number;
  readonly strategy: StrategyName;
  readonly fanout: number;
  readonly heartbeatMs: number;
  readonly reapAfterMs: number;
  readonly dataDir?: string;
  readonly seed?: number;
  readonly logLevel: string;
  readonly tui: boolean;
}

export interface ClusterCommandOptions extends ScenarioCommandOptions {
  readonly basePort: number;
  readonly join?: 'seed' | 'chain' | 'random';
  readonly resampleMs?: number;
  readonly record?: string;
  /** A port, or `true`: the usual one, or another where that is taken. */
  readonly dashboard?: number | true;
  readonly tui: boolean;
}

export interface MaelstromCommandOptions {
  readonly batchMs: number;
  readonly heartbeatMs: number;
  readonly seed?: number;
}

export interface SimCommandOptions extends ScenarioCommandOptions {
  readonly trace?: string;
  readonly list: boolean;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

const resampleOption = (): Option =>
  new Option('--resample-ms <ms>', 'mean time between two favourites; 0: keep the first').argParser(
    whole(0, MAX_RESAMPLE_MS),
  );
const screenOption = (): Option => new Option('--no-tui', 'print lines instead of showing a screen');

function nodeCommand(): Command {
  return new Command('gossip')
    .description('Run one node of a gossip network: it tells its favourite book and learns those of all others.')
    .version(typeof PACKAGE_VERSION === 'undefined' ? '(run from source)' : PACKAGE_VERSION)
    .addOption(new Option('-p, --port <port>', 'port to listen on').argParser(whole(1, 65535)).default(7000))
    .addOption(
      new Option('-b, --bootstrap <address>', 'port or host:port of a node to join through; may be repeated')
        .argParser(addressOption)
        .default([], 'none: a first node'),
    )
    .option('--host <host>', 'interface to listen on, and the host part of the address', '127.0.0.1')
    .addOption(
      new Option('--cluster <name>', 'name of the network: nodes of other names are refused')
        .argParser(clusterOption)
        .default(DEFAULT_CLUSTER),
    )
    .option('--advertise <host>', 'host that others reach this node by, where it differs from --host')
    .option('--books <file>', 'pool of favourites, one a line (default: the shipped books.txt)')
    .addOption(resampleOption().default(10_000))
    .addOption(
      new Option('--ttl <hops>', 'how many sends a rumor may go')
        .argParser(parameter('ttl'))
        .default(DEFAULT_PARAMETERS.ttl),
    )
    .addOption(
      new Option('--max-peers <count>', 'most peers at one time')
        .argParser(parameter('maxPeers'))
        .default(DEFAULT_PARAMETERS.maxPeers),
    )
    .addOption(
      withChoices(new Option('--strategy <name>', 'how rumors spread'), STRATEGY_NAMES).default(DEFAULT_STRATEGY),
    )
    .addOption(
      new Option('--fanout <count>', 'peers that the strategy "random" pushes to; 0: none, repair brings everything')
        .argParser(parameter('fanout'))
        .default(DEFAULT_PARAMETERS.fanout),
    )
    .addOption(
      new Option('--heartbeat-ms <ms>', 'period of heartbeats')
        .argParser(parameter('heartbeatMs'))
        .default(DEFAULT_PARAMETERS.heartbeatMs),
    )
    .addOption(
      new Option('--reap-after-ms <ms>', 'forget a member that was down or had left for this long')
        .argParser(parameter('reapAfterMs'))
        .default(DEFAULT_PARAMETERS.reapAfterMs),
    )
    .option('--no-guests', 'take no part with nodes that know only GET /peers/ and bare rumors')
    .option('--data-dir <directory>', 'remember version, favourite and members over a restart')
    .addOption(seedOption())
    .addOption(withChoices(new Option('--log-level <level>', 'least level of a log line'), LOG_LEVELS).default('info'))
    .addOption(screenOption())
    .addHelpText(
      'after',
      `
Examples:
  $ gossip -p 7000                 a first node
  $ gossip -p 7001 -b 7000         a second one, which joins through it
  $ gossip cluster -n 10           ten processes on ports 7000-7009, watched
  $ curl -X PUT localhost:7001/favorite/ -H 'content-type: application/json' -d '{"book": "Emma by Jane Austen"}'`,
    )
    .allowExcessArguments(false)
    .action(async (options: NodeCommandOptions) => runNode(options));
}

function clusterCommand(): Command {
  return withScenarioOptions(
    new Command('cluster')
      .description('Run many nodes as processes of this machine, and watch, break and measure them.')
      .argument('[scenario]', 'what happens to them: a file, the name of one that is shipped, or - for standard input')
      .addOption(
        new Option('-n, --nodes <count>', 'how many (default: 10, or as the scenario says)').argParser(nodeCount),
      ),
    'how long it runs: 1500, 30s, 5m, 1h (default: until Ctrl-C, or as the scenario says)',
  )
    .addOption(withChoices(new Option('--join <how>', 'whom each node is told of'), ['seed', 'chain', 'random']))
    .addOption(basePortOption())
    .addOption(resampleOption())
    .option(
      '--record <file>',
      'write everything that happens, one JSON object a line; - for standard output; it changes nothing else',
    )
    .addOption(
      new Option(
        '--dashboard [port]',
        `show and break it in a browser, too (default port: ${DASHBOARD_PORT})`,
      ).argParser(dashboardPort),
    )
    .addOption(screenOption())
    .addHelpText(
      'after',
      `
A scenario, --updates, --duration or --json give it an end, and it is measured; without them it goes on until Ctrl-C. What is
recorded of a run that has an end is called FILE.partial until then.

Examples:
  $ gossip cluster -n 20 --base-port 8000          twenty nodes, until Ctrl-C
  $ gossip cluster -n 50 --dashboard               in a browser as well
  $ gossip cluster kill-half                       a scenario that is shipped (gossip sim --list), with real processes
  $ gossip cluster -n 20 --record trace.jsonl      until Ctrl-C, which tells what was measured and how to look at it
  $ gossip cluster -n 100 --updates 20 --json      measure a hundred, as JSON
  $ gossip cluster churn -n 50 --record trace.jsonl`,
    )
    .allowExcessArguments(false)
    .action(async (scenario: string | undefined, options: ClusterCommandOptions) =>
      (await import('./cluster-command.ts')).runCluster(scenario, options),
    );
}

function stepCommand(): Command {
  return new Command('step')
    .description("Feed example messages, one JSON object a line, to one node's core and print its table after each.")
    .argument('<file>', 'JSON lines; - for standard input')
    .addHelpText('after', '\nExample:\n  $ gossip step examples/out-of-order.jsonl')
    .action(async (file: string) => (await import('./step-command.ts')).runStep(file));
}

function maelstromCommand(): Command {
  return new Command('maelstrom')
    .description("Run one node on stdin and stdout, speaking Maelstrom's protocol for its broadcast workload.")
    .addOption(
      new Option('--batch-ms <ms>', 'say at most one thing to a node within this time: more saves messages, less time')
        .argParser(whole(0, 10_000))
        .default(DEFAULT_BATCH_MS),
    )
    .addOption(
      new Option('--heartbeat-ms <ms>', 'period of heartbeats')
        .argParser(whole(50, 60_000))
        .default(DEFAULT_HEARTBEAT_MS),
    )
    .addOption(seedOption())
    .addHelpText(
      'after',
      `
Examples:
  $ maelstrom test -w broadcast --bin dist/gossip.cjs --node-count 25 --rate 100 --latency 100 maelstrom
  $ echo '{"src":"c1","dest":"n0","body":{"type":"init","msg_id":1,"node_id":"n0","node_ids":["n0"]}}' | gossip maelstrom`,
    )
    .allowExcessArguments(false)
    .action(async (options: MaelstromCommandOptions) => (await import('./maelstrom-command.ts')).runMaelstrom(options));
}

function simCommand(): Command {
  return withScenarioOptions(
    new Command('sim')
      .description('Run a scenario in virtual time, and say what was measured beside what theory says.')
      .argument('[scenario]', 'a file, the name of one that is shipped (--list), or - for standard input')
      .addOption(
        new Option('-n, --nodes <count>', 'how many nodes (default: 100, or as the scenario says)').argParser(
          nodeCount,
        ),
      ),
    'virtual time the run goes on for: 1500, 30s, 5m, 1h',
  )
    .option('--trace <file>', 'write everything that happens, one JSON object a line; - for standard output')
    .option('--list', 'name the scenarios that are shipped', false)
    .addHelpText(
      'after',
      `
Options that change the scenario come before what its file says. Ctrl-C ends the run and tells what was measured so far.

Examples:
  $ gossip sim                                      a hundred nodes, ten updates along the tree
  $ gossip sim --strategy flood                     the same, flooded
  $ gossip sim --strategy random --fanout 3         the same, pushed on to three of its peers by each
  $ gossip sim kill-half                            a scenario that is shipped
  $ gossip sim my.json --seed 7 --json              one of yours, as JSON
  $ gossip sim --trace - --duration 3s | head       what happens, event by event`,
    )
    .allowExcessArguments(false)
    .action(async (scenario: string | undefined, options: SimCommandOptions) =>
      (await import('./sim-command.ts')).runSim(scenario, options),
    );
}

const COMMANDS: ReadonlyMap<string, () => Command> = new Map([
  ['cluster', clusterCommand],
  ['sim', simCommand],
  ['trace', traceCommand],
  ['dashboard', dashboardCommand],
  ['sweep', sweepCommand],
  ['report', reportCommand],
  ['recommend', recommendCommand],
  ['agree', agreeCommand],
  ['calibrate', calibrateCommand],
  ['step', stepCommand],
  ['maelstrom', maelstromCommand],
]);
const HELP = new Set(['help', '-h', '--help']);

/**
 * Only the commands that are named: a node takes none, and they would cost it a millisecond of CPU at its start.
 *
 * Settings are inherited by commands added after they are made. Options are those of the command they stand behind: else
 * the node's `--seed` would take that of `gossip sim --seed 7`, which would never hear of it.
 */
function program(args: readonly string[]): Command {
  const root = nodeCommand()
    .exitOverride()
    .configureOutput({ writeOut: printHelp, outputError: printOneLine })
    .enablePositionalOptions();
  const add = (command: Command): unknown => root.addCommand(command.copyInheritedSettings(root));
  const isHelp = args.some((arg) => HELP.has(arg));
  for (const [name, make] of COMMANDS) if (isHelp || args.includes(name)) add(make());
  if (isHelp) add(helpCommand(root));
  return root;
}

/** Our own, because commander has none where the command without a name does something, too. */
function helpCommand(root: Command): Command {
  return new Command('help')
    .description('Show the help of a command.')
    .argument('[command]')
    .allowExcessArguments(false)
    .action((name: string | undefined) => {
      if (name !== undefined) checkIsCommand(name);
      (root.commands.find((command) => command.name() === name) ?? root).help();
    });
}

function checkIsCommand(name: string): void {
  const names = [...COMMANDS.keys(), 'help'];
  if (names.includes(name)) return;
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? `there is ${names.join(', ')}` : `did you mean ${nearest}?`;
  throw new UsageError(`there is no command ${name}; ${hint}`);
}

function printHelp(text: string): void {
  endWithOutput();
  process.stdout.write(text);
}

function printOneLine(text: string, write: (text: string) => void): void {
  const line = text.replace(/^error: /, '').trim();
  const suggestion = line.replace(/\n\(Did you mean (.+)\?\)$/, '; did you mean $1?').replaceAll('\n', ' ');
  write(escapeControls(`gossip: ${suggestion}\n`));
}

/** Exit codes: 0 done, 1 a check failed or a fault of ours, 2 wrong usage. */
async function main(): Promise<void> {
  goOnWithoutRemarks();
  try {
    const args = process.argv.slice(2);
    const [first] = args;
    // Before its options are looked at, which no command may have.
    if (first !== undefined && !first.startsWith('-')) checkIsCommand(first);
    await program(args).parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else {
      const isUsage = error instanceof UsageError;
      const words = lineOfSystemError(error) ?? (error instanceof Error ? error.message : String(error));
      process.stderr.write(escapeControls(`gossip: ${words}\n`));
      process.exitCode = isUsage ? 2 : 1;
    }
  }
}

void main();
