/** `gossip dashboard`: its options and its help. */
import { Command, Option } from 'commander';
import type { Address } from '../core/index.ts';
import { addressOption, keyringOption, whole } from './option-values.ts';
import { withTlsOptions, type TlsCommandOptions } from './tls-options.ts';

export interface DashboardCommandOptions extends TlsCommandOptions {
  readonly connect: readonly Address[];
  readonly port: number;
  readonly host: string;
  readonly insecure: boolean;
  readonly maxNodes: number;
  readonly keyring?: string;
  readonly followAll: boolean;
  readonly allowPublish: boolean;
}

/** As most development servers; the nodes begin at 7000. */
export const DASHBOARD_PORT = 8080;

export const dashboardPort = whole(0, 65535);

export function dashboardCommand(): Command {
  return withTlsOptions(
    new Command('dashboard')
      .description('Show a running network, or a recorded trace, in a browser.')
      .argument('[file]', 'a trace recorded by gossip sim --trace or gossip cluster --record')
      .addOption(
        new Option('--connect <address>', 'port or host:port of a node to start from; may be repeated')
          .argParser(addressOption)
          .default([], 'none'),
      )
      .addOption(
        new Option('--port <port>', 'port of the page; 0: any free one')
          .argParser(dashboardPort)
          .default(DASHBOARD_PORT),
      )
      .option('--host <host>', 'interface to serve the page on', '127.0.0.1')
      .option(
        '--insecure',
        'let --host be reached by other machines: the page and its token go there in plain HTTP',
        false,
      ),
  )
    .addOption(
      new Option('--max-nodes <count>', 'maximum number of nodes to follow').argParser(whole(1, 4096)).default(256),
    )
    .addOption(keyringOption('of the nodes: what is asked of them is signed'))
    .option('--follow-all', 'follow nodes on any host, not only on the hosts of --connect', false)
    .option('--allow-publish', 'let the page publish favourites on nodes of this machine', false)
    .addHelpText(
      'after',
      `
The address that it prints has a token in it, which keeps other users of this machine out: open that one.
It finds the rest of the network through what the nodes say. A network that is started with its page: gossip cluster --dashboard

Examples:
  $ gossip dashboard --connect 7001
  $ gossip dashboard --connect 10.0.0.5:7000 --connect 10.0.0.6:7000
  $ gossip dashboard --connect 10.0.0.5:7000 --keyring keys.json
  $ gossip dashboard --connect 10.0.0.5:7000 --tls-cert me.pem --tls-key me-key.pem --tls-ca ca.pem
  $ gossip sim kill-half --trace trace.jsonl && gossip dashboard trace.jsonl`,
    )
    .allowExcessArguments(false)
    .action(async (file: string | undefined, options: DashboardCommandOptions) =>
      (await import('./dashboard-command.ts')).runDashboard(file, options),
    );
}
