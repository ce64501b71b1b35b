/** `gossip cluster` with five nodes. */
import { freePort } from '../free-port.ts';
import { eventually } from '../support.ts';
import { gossip, type Running } from './real-network.ts';

export const NODES = 5;

export async function startCluster(...args: (string | number)[]): Promise<{ cluster: Running; port: number }> {
  const port = await freePort(NODES);
  const cluster = gossip(
    'cluster',
    '-n',
    NODES,
    '--base-port',
    port,
    ...(args.includes('--resample-ms') ? [] : ['--resample-ms', 0]),
    ...args,
  );
  return { cluster, port };
}

export async function converged({ cluster, port }: { cluster: Running; port: number }): Promise<string[]> {
  await eventually('the table is printed', () => cluster.stdout.includes(`127.0.0.1:${port + NODES - 1}  v`), 30_000);
  return cluster.stdout.trimEnd().split('\n');
}
