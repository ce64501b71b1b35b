/** `gossip keys`: its commands, their options and their help. */
import { Command, InvalidArgumentError } from 'commander';
import { parseAddress, type Address } from '../core/index.ts';
import { keysCaCommand } from './keys-ca-options.ts';
import { withTlsOptions, type TlsCommandOptions } from './tls-options.ts';

export interface KeysListOptions {
  readonly json: boolean;
}

export interface KeysAddOptions {
  readonly from?: string;
}

export interface KeysStatusOptions extends KeysListOptions, TlsCommandOptions {
  readonly keyring: string;
}

const ABOUT = `
A keyring is a file that all nodes of a network share or have a copy of (--keyring FILE). Its first key signs what a node says; what any of
its keys has signed is believed. Keys are shown by their ids, never themselves. A node takes over a changed file by itself.

To change the key of a network that runs, take each step at all nodes before the next one; gossip keys status says when they are ready:
  1. gossip keys add keys.json           a second key: it is accepted from now on
  2. gossip keys use keys.json NEW       it signs from now on
  3. gossip keys remove keys.json OLD    the old one is accepted no longer
A node that is away meanwhile needs the new file before it starts again.

Certificates for mutual TLS are another way to keep outsiders out: gossip keys ca makes some for trials.

Examples:
  $ gossip keys new keys.json
  $ gossip -p 7000 --keyring keys.json
  $ gossip keys status 7000 --keyring keys.json
  $ gossip keys ca new pki`;

export function keysCommand(): Command {
  const keys = new Command('keys')
    .description('Make and change what keeps outsiders out of a network: a keyring, or certificates.')
    .addHelpText('after', ABOUT);
  for (const command of [newCommand(), addCommand(), useCommand(), removeCommand(), listCommand(), statusCommand()]) {
    keys.addCommand(command.allowExcessArguments(false));
  }
  return keys.addCommand(keysCaCommand());
}

function newCommand(): Command {
  return new Command('new')
    .description('Make a keyring with one new key, readable by you alone.')
    .argument('<file>', 'where there is none yet')
    .addHelpText('after', '\nExample:\n  $ gossip keys new keys.json')
    .action(async (file: string) => (await import('./keys-command.ts')).makeKeyring(file));
}

function addCommand(): Command {
  return new Command('add')
    .description('Add a key that is accepted, and does not sign yet: a new one, or those of another keyring.')
    .argument('<file>', 'the keyring')
    .option('--from <file>', 'a keyring whose keys are added, in the place of a new one')
    .addHelpText(
      'after',
      `
Examples:
  $ gossip keys add keys.json
  $ gossip keys add keys.json --from next.json     the same new key on several machines`,
    )
    .action(async (file: string, options: KeysAddOptions) =>
      (await import('./keys-command.ts')).addKeys(file, options),
    );
}

function useCommand(): Command {
  return new Command('use')
    .description('Have a key of the keyring sign. All nodes should accept it by now.')
    .argument('<file>', 'the keyring')
    .argument('<id>', 'of the key, or how it begins')
    .addHelpText('after', '\nExample:\n  $ gossip keys use keys.json 3fa9')
    .action(async (file: string, id: string) => (await import('./keys-command.ts')).useKey(file, id));
}

function removeCommand(): Command {
  return new Command('remove')
    .description('Remove a key: what it has signed is believed no longer. No node should sign with it by now.')
    .argument('<file>', 'the keyring')
    .argument('<id>', 'of the key, or how it begins')
    .addHelpText('after', '\nExample:\n  $ gossip keys remove keys.json 07c1')
    .action(async (file: string, id: string) => (await import('./keys-command.ts')).removeKey(file, id));
}

function listCommand(): Command {
  return new Command('list')
    .description('Show the ids of the keys in a keyring; the first signs.')
    .argument('<file>', 'the keyring')
    .option('--json', 'print one JSON object', false)
    .addHelpText('after', '\nExample:\n  $ gossip keys list keys.json')
    .action(async (file: string, options: KeysListOptions) =>
      (await import('./keys-command.ts')).listKeys(file, options),
    );
}

function statusCommand(): Command {
  return withTlsOptions(new Command('status'))
    .description('Show which node of a running network holds which keys, and which step is safe now.')
    .argument('<address>', 'port or host:port of a node', address)
    .requiredOption('--keyring <file>', 'a keyring with a key that the nodes accept')
    .option('--json', 'print one JSON object', false)
    .addHelpText(
      'after',
      `
It asks that node for its members, and then each of them. Exit code 1: that node cannot be asked.

Examples:
  $ gossip keys status 7000 --keyring keys.json
  $ gossip keys status 10.0.0.5:7000 --keyring keys.json --json | jq .keys`,
    )
    .action(async (node: Address, options: KeysStatusOptions) =>
      (await import('./keys-status.ts')).showKeysStatus(node, options),
    );
}

function address(text: string): Address {
  try {
    return parseAddress(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
