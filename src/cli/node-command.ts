/** `gossip -p 7001 -b 7000`: one node, on a screen or as log lines. */
import { joinAddress } from '../core/address.ts';
import { readBooks } from '../node/favorites.ts';
import { startNode, type RunningNode } from '../node/start-node.ts';
import type { NodeCommandOptions } from './main.ts';
import { createNodeLog, logEvents, type NodeLog } from './node-log.ts';
import { shippedFile } from './shipped-files.ts';
import { UsageError } from './usage-error.ts';

export async function runNode(options: NodeCommandOptions): Promise<void> {
  const { port, host, advertise, bootstrap, ttl, maxPeers, resampleMs, strategy, dataDir } = options;
  if (bootstrap.includes(joinAddress(advertise ?? host, port))) {
    throw new UsageError(`--bootstrap ${joinAddress(advertise ?? host, port)} is this node itself`);
  }
  const books = await readBooks(options.books ?? shippedFile('books.txt')).catch((error: Error) => {
    throw new UsageError(error.message);
  });
  const hasScreen = options.tui && process.stdout.isTTY && process.stdin.isTTY && process.env['TERM'] !== 'dumb';
  const log = hasScreen ? undefined : createNodeLog(options.logLevel);
  const node = await startNode({
    port,
    host,
    advertise,
    bootstrap,
    books,
    resampleMs,
    strategy,
    dataDir,
    parameters: { ttl, maxPeers },
    seed: options.seed,
    warn: (warning) => (log === undefined ? process.emitWarning(warning) : log.warn(warning)),
    observe: (self, subscribe) => log && logEvents(log, self, subscribe),
  }).catch((error: NodeJS.ErrnoException) => {
    throw usageErrorOf(error, options);
  });
  const stopped = stopOnSignals(node, log);
  if (hasScreen) {
    const { showNode } = await import('./screens.ts');
    await showNode(node);
    stopped.now();
  }
  await stopped.done;
}

function usageErrorOf(error: NodeJS.ErrnoException, { host, port }: NodeCommandOptions): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new UsageError(`port ${port} on ${host} is taken`);
    case 'EACCES':
      return new UsageError(`not allowed: ${error.message}`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new UsageError(`--host ${host} is not an address of this machine`);
    default:
      return error;
  }
}

/** Goodbye on SIGTERM, SIGINT and SIGHUP, and when the process that started us as its child is gone. */
function stopOnSignals(node: RunningNode, log: NodeLog | undefined): { now: () => void; done: Promise<void> } {
  let stopNow!: () => void;
  const asked = new Promise<void>((resolve) => (stopNow = resolve));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stopNow);
  if (process.channel !== undefined) process.once('disconnect', stopNow);
  // A reader that went away (`gossip | head`) is no reason to crash.
  process.stdout.on('error', stopNow);
  const done = asked.then(async () => {
    await node.stop();
    log?.info({ node: node.self }, 'stopped');
    process.exit(0);
  });
  return { now: stopNow, done };
}
