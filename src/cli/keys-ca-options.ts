/** `gossip keys ca`: its commands and their help. */
import { isIP } from 'node:net';
import { Command, InvalidArgumentError, Option } from 'commander';
import { isAddress, joinAddress } from '../core/index.ts';
import { whole } from './option-values.ts';

export interface CertificateOptions {
  readonly days: number;
  readonly name?: string;
}

/** A century: beyond it dates of certificates are written in another way. */
const days = whole(1, 36_500);

export function keysCaCommand(): Command {
  return new Command('ca')
    .description(
      'Make an authority for tests and trials, and certificates of it, for --tls-cert, --tls-key and --tls-ca.',
    )
    .addCommand(newCommand())
    .addCommand(certCommand())
    .addHelpText(
      'after',
      `
For a network that matters use the authority that you have. This one's key is a file without a password.

Examples:
  $ gossip keys ca new pki                       pki/ca.pem and pki/ca-key.pem
  $ gossip keys ca cert pki 127.0.0.1 localhost  pki/127.0.0.1.pem and pki/127.0.0.1-key.pem
  $ gossip -p 7000 --tls-cert pki/127.0.0.1.pem --tls-key pki/127.0.0.1-key.pem --tls-ca pki/ca.pem`,
    );
}

function newCommand(): Command {
  return new Command('new')
    .description('Make an authority: DIRECTORY/ca.pem and ca-key.pem.')
    .argument('<directory>', 'where its files go; made if it is not there')
    .addOption(new Option('--days <count>', 'how long it is valid').argParser(days).default(3650))
    .addHelpText('after', '\nExample:\n  $ gossip keys ca new pki')
    .allowExcessArguments(false)
    .action(async (directory: string, options: CertificateOptions) =>
      (await import('./keys-ca-command.ts')).makeAuthority(directory, options),
    );
}

function certCommand(): Command {
  return new Command('cert')
    .description('Make a certificate for the hosts that a node is reached by: DIRECTORY/NAME.pem and NAME-key.pem.')
    .argument('<directory>', 'of the authority')
    .argument('<hosts...>', 'IP addresses and names, that of the node’s address among them', hostArgument)
    .addOption(new Option('--days <count>', 'how long it is valid').argParser(days).default(90))
    .option('--name <name>', 'of its files (default: the first host)')
    .addHelpText(
      'after',
      `
What is there of that name is replaced: a node that runs with it takes the new one within seconds.

Examples:
  $ gossip keys ca cert pki 10.0.0.7
  $ gossip keys ca cert pki 10.0.0.7 node-7.example --name node-7 --days 30`,
    )
    .allowExcessArguments(false)
    .action(async (directory: string, hosts: readonly string[], options: CertificateOptions) =>
      (await import('./keys-ca-command.ts')).makeCertificate(directory, hosts, options),
    );
}

function hostArgument(text: string, earlier: readonly string[] = []): readonly string[] {
  const host = text.replace(/^\[(.*)\]$/, '$1');
  const isHost = host.includes(':') ? isIP(host) === 6 : isAddress(joinAddress(host, 1));
  if (!isHost) throw new InvalidArgumentError('Expected an IP address or a name, without a port.');
  return [...earlier, host];
}
