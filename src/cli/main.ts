/** The command line: options and help only. What a command does is loaded when it is called. */
import { Command, CommanderError, Option } from 'commander';
import { DEFAULT_PARAMETERS, DEFAULT_STRATEGY, STRATEGY_NAMES } from '../core/index.ts';
import type { Address, StrategyName } from '../core/index.ts';
import { DEFAULT_BATCH_MS, DEFAULT_HEARTBEAT_MS } from '../maelstrom/defaults.ts';
import { DEFAULT_CLUSTER } from '../http/cluster-name.ts';
import { MAX_RESAMPLE_MS } from '../books/book-node.ts';
import { nearestName } from '../scenario/nearest-name.ts';
import { escapeControls } from '../trace/escape-controls.ts';
import { lineOfSystemError } from '../trace/system-error.ts';
import { agreeCommand } from './agree-options.ts';
import { calibrateCommand } from './calibrate-options.ts';
import { conformCommand } from './conform-options.ts';
import { DASHBOARD_PORT, dashboardCommand, dashboardPort } from './dashboard-options.ts';
import { keysCommand } from './keys-options.ts';
import { runNode } from './node-command.ts';
import {
  addressOption,
  basePortOption,
  clusterOption,
  networkOption,
  keyringOption,
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
import { withTlsOptions, type TlsCommandOptions } from './tls-options.ts';
import { traceCommand } from './trace-options.ts';
import { UsageError } from './usage-error.ts';

/** Put in by the build. */
declare const PACKAGE_VERSION: string | undefined;

export interface NodeCommandOptions extends TlsCommandOptions {
  readonly port: number;
  readonly bootstrap: readonly Address[];
  readonly host: string;
  readonly advertise?: string;
  readonly insecure: boolean;
  readonly allow?: readonly string[];
  readonly cluster: string;
  readonly guests: boolean;
  readonly keyring?: string;
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

export interface ClusterCommandOptions extends ScenarioCommandOptions, TlsCommandOptions {
  readonly basePort: number;
  readonly join?: 'seed' | 'chain' | 'random';
  readonly resampleMs?: number;
  readonly record?: string;
  readonly keyring?: string;
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
  new Option('--resample-ms <ms>', 'mean time between favourites; 0: keep the first').argParser(
    whole(0, MAX_RESAMPLE_MS),
  );
const screenOption = (): Option => new Option('--no-tui', 'print lines instead of a live screen');

/** What the core of a node does, each by the name of its parameter. */
function withProtocolOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--ttl <hops>', 'maximum hops of a rumor').argParser(parameter('ttl')).default(DEFAULT_PARAMETERS.ttl),
    )
    .addOption(
      new Option('--max-peers <count>', 'maximum number of peers')
        .argParser(parameter('maxPeers'))
        .default(DEFAULT_PARAMETERS.maxPeers),
    )
    .addOption(
      withChoices(new Option('--strategy <name>', 'how rumors spread'), STRATEGY_NAMES).default(DEFAULT_STRATEGY),
    )
    .addOption(
      new Option('--fanout <count>', 'peers the strategy "random" pushes to; 0: none, repair brings everything')
        .argParser(parameter('fanout'))
        .default(DEFAULT_PARAMETERS.fanout),
    )
    .addOption(
      new Option('--heartbeat-ms <ms>', 'period of heartbeats')
        .argParser(parameter('heartbeatMs'))
        .default(DEFAULT_PARAMETERS.heartbeatMs),
    )
    .addOption(
      new Option('--reap-after-ms <ms>', 'how long a dead or departed member is remembered')
        .argParser(parameter('reapAfterMs'))
        .default(DEFAULT_PARAMETERS.reapAfterMs),
    );
}

function nodeCommand(): Command {
  const command = withTlsOptions(new Command('gossip'))
    .description('Run one node of a gossip network: it spreads its favourite book and learns those of all others.')
    .version(typeof PACKAGE_VERSION === 'undefined' ? '(run from source)' : PACKAGE_VERSION)
    .addOption(new Option('-p, --port <port>', 'port to listen on').argParser(whole(1, 65535)).default(7000))
    .addOption(
      new Option('-b, --bootstrap <address>', 'port or host:port of a node to join through; may be repeated')
        .argParser(addressOption)
        .default([], 'none: a first node'),
    )
    .option('--host <host>', 'interface to listen on, and the host part of the address', '127.0.0.1')
    .addOption(
      new Option('--cluster <name>', 'name of the network: nodes with another name are refused')
        .argParser(clusterOption)
        .default(DEFAULT_CLUSTER),
    )
    .option('--advertise <host>', 'host that others reach this node by, if it differs from --host')
    .option('--insecure', 'let --host be reached by other machines although nothing keeps outsiders out', false)
    .addOption(
      new Option(
        '--allow <network>',
        'network this node may call, such as 10.0.0.0/8, or one address; may be repeated (default: that of its own address)',
      ).argParser(networkOption),
    )
    .addOption(keyringOption())
    .option('--books <file>', 'favourites to choose from, one a line (default: the shipped books.txt)')
    .addOption(resampleOption().default(10_000));
  return withProtocolOptions(command)
    .option('--no-guests', 'ignore nodes that know only GET /peers/ and bare rumors')
    .option('--data-dir <directory>', 'where to keep version, favourite and members across restarts')
    .addOption(seedOption())
    .addOption(withChoices(new Option('--log-level <level>', 'minimum log level'), LOG_LEVELS).default('info'))
    .addOption(screenOption())
    .addHelpText(
      'after',
      `
Examples:
  $ gossip -p 7000                 a first node
  $ gossip -p 7001 -b 7000         a second one, which joins through it
  $ gossip cluster -n 10           ten processes on ports 7000-7009, watched
  $ gossip --host 10.0.0.5 --insecure -b 10.0.0.7:7000 --allow 10.0.0.0/24 --allow 192.168.7.0/24
                                   on several machines; it calls nobody outside these networks, whatever it is told
  $ gossip keys new keys.json && gossip -p 7000 --keyring keys.json
                                   a network that only who holds the key is let into
  $ gossip -p 7000 --host 10.0.0.7 --tls-cert node.pem --tls-key node-key.pem --tls-ca ca.pem   (gossip keys ca makes them)
  $ curl -X PUT localhost:7001/favorite/ -H 'content-type: application/json' -d '{"book": "Emma by Jane Austen"}'`,
    )
    .allowExcessArguments(false)
    .action(async (options: NodeCommandOptions) => runNode(options));
}

function clusterCommand(): Command {
  return withTlsOptions(
    withScenarioOptions(
      new Command('cluster')
        .description('Run many nodes as processes on this machine; watch, break and measure them.')
        .argument('[scenario]', 'what happens to them: a file, the name of a shipped scenario, or - for standard input')
        .addOption(
          new Option('-n, --nodes <count>', 'number of nodes (default: 10, or as in the scenario)').argParser(
            nodeCount,
          ),
        ),
      'how long to run: 1500, 30s, 5m, 1h (default: until Ctrl-C, or as in the scenario)',
    ),
  )
    .addOption(
      withChoices(
        new Option(
          '--join <how>',
          'which node each node joins through (default: seed, the first, or as in the scenario)',
        ),
        ['seed', 'chain', 'random'],
      ),
    )
    .addOption(basePortOption())
    .addOption(resampleOption())
    .addOption(keyringOption())
    .option('--record <file>', 'write all events as JSON lines; - for standard output')
    .addOption(
      new Option('--dashboard [port]', `serve the dashboard as well (default port: ${DASHBOARD_PORT})`).argParser(
        dashboardPort,
      ),
    )
    .addOption(screenOption())
    .addHelpText(
      'after',
      `
With a scenario, --updates, --duration or --json the run ends by itself and is measured; without them it goes on until Ctrl-C.
The record of a run that ends by itself is FILE.partial until then.

Examples:
  $ gossip cluster -n 20 --base-port 8000          twenty nodes, until Ctrl-C
  $ gossip cluster -n 50 --dashboard               in a browser as well
  $ gossip cluster kill-half                       a shipped scenario (gossip sim --list), with real processes
  $ gossip cluster -n 20 --record trace.jsonl      until Ctrl-C, which prints the measures and how to look at the trace
  $ gossip cluster -n 100 --updates 20 --json      measure a hundred nodes, as JSON
  $ gossip cluster churn -n 50 --record trace.jsonl`,
    )
    .allowExcessArguments(false)
    .action(async (scenario: string | undefined, options: ClusterCommandOptions) =>
      (await import('./cluster-command.ts')).runCluster(scenario, options),
    );
}

function stepCommand(): Command {
  return new Command('step')
    .description("Feed messages (JSON lines) to one node's core and print its table after each.")
    .argument('<file>', 'JSON lines; - for standard input')
    .addHelpText('after', '\nExample:\n  $ gossip step examples/out-of-order.jsonl')
    .action(async (file: string) => (await import('./step-command.ts')).runStep(file));
}

function maelstromCommand(): Command {
  return new Command('maelstrom')
    .description("Run one node on stdin and stdout, speaking Maelstrom's protocol for its broadcast workload.")
    .addOption(
      new Option(
        '--batch-ms <ms>',
        'send at most one message to a node within this time: longer saves messages, shorter saves time',
      )
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
      .description('Run a scenario in virtual time, and compare its measures with theory.')
      .argument('[scenario]', 'a file, the name of a shipped scenario (--list), or - for standard input')
      .addOption(
        new Option('-n, --nodes <count>', 'number of nodes (default: 100, or as in the scenario)').argParser(nodeCount),
      ),
    'virtual time of the run: 1500, 30s, 5m, 1h (default: as in the scenario, or until all is known)',
  )
    .option('--trace <file>', 'write all events as JSON lines; - for standard output')
    .option('--list', 'list the shipped scenarios', false)
    .addHelpText(
      'after',
      `
Options override the scenario's file. Ctrl-C ends the run and prints the measures so far.

Examples:
  $ gossip sim                                      a hundred nodes, ten updates along the tree
  $ gossip sim --strategy flood                     the same, flooded
  $ gossip sim --strategy random --fanout 3         the same, each node pushes to three of its peers
  $ gossip sim kill-half                            a shipped scenario
  $ gossip sim my.json --seed 7 --json              your own scenario, with JSON as output
  $ gossip sim --trace - --duration 3s | head       every event, one a line`,
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
  ['conform', conformCommand],
  ['keys', keysCommand],
  ['step', stepCommand],
  ['maelstrom', maelstromCommand],
]);
const HELP = new Set(['help', '-h', '--help']);
const COMPLETE = 'complete';

/**
 * Only the commands that are named: a node takes none, and they would cost it a millisecond of CPU at its start.
 *
 * Settings are inherited by commands added after they are made. Options are those of the command they stand behind: else
 * the node's `--seed` would take that of `gossip sim --seed 7`, which would never hear of it.
 */
async function program(args: readonly string[]): Promise<Command> {
  const root = nodeCommand()
    .exitOverride()
    .configureOutput({ writeOut: printHelp, outputError: printOneLine })
    .enablePositionalOptions();
  const add = (command: Command): unknown => root.addCommand(inheriting(command, root));
  const isComplete = args[0] === COMPLETE;
  const isHelp = args.some((arg) => HELP.has(arg));
  for (const [name, make] of COMMANDS) if (isHelp || isComplete || args.includes(name)) add(make());
  if (isHelp || isComplete) await (await import('./completion.ts')).addCompletion(root);
  if (isHelp) add(helpCommand(root));
  return root;
}

/** It and all below it. */
function inheriting(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const below of command.commands) inheriting(below, command);
  return command;
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
  const names = [...COMMANDS.keys(), COMPLETE, 'help'];
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
    await (await program(args)).parseAsync();
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
