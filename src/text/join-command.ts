/** How to start a second node beside a first one, as a line for a shell. */
import { splitAddress, type Address } from '../trace/views.ts';

/** What the command calls its network when nobody names it. */
const DEFAULT_CLUSTER = 'books';
const LAST_PORT = 65535;

/**
 * @example joinCommand('127.0.0.1:7000', 'books') // "gossip -p 7001 -b 7000"
 */
export function joinCommand(contact: Address, cluster: string, keyring?: string): string {
  const { host, port } = splitAddress(contact);
  const named = cluster === DEFAULT_CLUSTER ? '' : ` --cluster ${cluster}`;
  const locked =
    keyring === undefined
      ? ''
      : ` --keyring ${/^[\w./:=,@+-]+$/.test(keyring) ? keyring : `'${keyring.replaceAll("'", "'\\''")}'`}`;
  return `gossip -p ${port < LAST_PORT ? port + 1 : port - 1} -b ${host === '127.0.0.1' ? port : contact}${named}${locked}`;
}
