/** `gossip keys …`: what keeps strangers out of a network. */
import { Command } from 'commander';
import { keysCaCommand } from './keys-ca-options.ts';

export function keysCommand(): Command {
  return new Command('keys')
    .description('Make what keeps strangers out of a network.')
    .addCommand(keysCaCommand())
    .addHelpText('after', '\nExample:\n  $ gossip keys ca new pki');
}
