/** `gossip cluster -n 10`: a network of processes on this machine, on a screen or as lines. */
import { Cluster } from '../cluster/start-cluster.ts';
import type { NetworkNode } from '../trace/views.ts';
import type { ClusterCommandOptions } from './main.ts';
import { UsageError } from './usage-error.ts';

const HOST = '127.0.0.1';

export async function runCluster(options: ClusterCommandOptions): Promise<void> {
  const { nodes, basePort, resampleMs, seed } = options;
  if (basePort + nodes - 1 > 65535) throw new UsageError(`${nodes} ports from ${basePort} go beyond 65535`);
  const seedArguments = seed === undefined ? [] : ['--seed', String(seed)];
  const cluster = new Cluster({
    nodes,
    host: HOST,
    basePort,
    command: [process.execPath, process.argv[1] as string],
    nodeArguments: ['--no-tui', '--log-level', 'silent', '--resample-ms', String(resampleMs), ...seedArguments],
  });
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
    process.stdout.on('error', () => resolve());
  });
  try {
    await Promise.race([asked, cluster.failure, watch(cluster, options.tui)]);
  } catch (error) {
    const line = (error as Error).message;
    throw / is taken$/.test(line) ? new UsageError(line.replace(/^gossip: /, '')) : error;
  } finally {
    await cluster.stop();
  }
  process.exit(0);
}

async function watch(cluster: Cluster, wantsScreen: boolean): Promise<void> {
  const hasScreen = wantsScreen && process.stdout.isTTY && process.stdin.isTTY && process.env['TERM'] !== 'dumb';
  if (hasScreen) {
    const { showNetwork } = await import('./screens.ts');
    return showNetwork(cluster);
  }
  return printTables(cluster);
}

/** Prints the table whenever all know all again after a change. Never resolves. */
function printTables(cluster: Cluster): Promise<never> {
  const { nodes } = cluster.state();
  process.stderr.write(`starting ${nodes.length} nodes from the seed ${nodes[0]?.address} …\n`);
  let printed = '';
  const timer = setInterval(() => {
    const { nodes, complete, allKnowAllMs } = cluster.state();
    if (complete < nodes.length) return;
    const table = nodes.map(lineOf).join('');
    if (table === printed) return;
    const first = printed === '' ? ` (${((allKnowAllMs ?? 0) / 1000).toFixed(1)} s after the first was started)` : '';
    process.stdout.write(`all ${nodes.length} nodes know all ${nodes.length} favourites${first}\n${table}\n`);
    printed = table;
  }, 50);
  timer.unref();
  return new Promise(() => undefined);
}

function lineOf({ address, version, favorite }: NetworkNode): string {
  return `${address}  v${String(version).padEnd(4)}  ${favorite ?? ''}\n`;
}
