/** `gossip -p 7001 -b 7000`: one node, on a screen or as log lines. */
import { fingerprintOf, isAddress, joinAddress } from '../core/index.ts';
import { UnusableDataDir } from '../http/unusable-data-dir.ts';
import { isWildcard } from '../http/node-options.ts';
import { opennessRefusal } from '../http/openness.ts';
import { UnusableKeyring } from '../keyring/unusable-keyring.ts';
import { startBookNode, type BookNode } from '../books/book-node.ts';
import { readBooks } from '../books/favorites.ts';
import { seededRandom } from '../http/seeded-random.ts';
import type { NodeOptions } from '../http/running-node.ts';
import { ParentLine } from '../cluster/parent-line.ts';
import { joinCommand } from '../text/join-command.ts';
import { escapeControls } from '../trace/escape-controls.ts';
import type { NodeCommandOptions } from './main.ts';
import { listenErrorOf } from './listen-error.ts';
import { LogOutput } from './log-output.ts';
import type { NodeLog } from './node-log.ts';
import { whenClosed } from './output.ts';
import { shippedFile } from './shipped-files.ts';
import { tlsErrorOf, tlsOptionsOf } from './tls-options.ts';
import { UsageError } from './usage-error.ts';

/** A guess: more than a screen of them is told in the metrics. */
const MAX_HELD_WARNINGS = 20;

type Observe = NonNullable<NodeOptions['observe']>;

/** What a node of this command writes to, and who started it. */
interface Surroundings {
  readonly observe: Observe;
  readonly output: LogOutput | undefined;
  readonly parent: ParentLine | undefined;
  readonly warn: (warning: string) => void;
}

export async function runNode(options: NodeCommandOptions): Promise<void> {
  const stopping = askedToStop();
  checkAddress(options);
  const parent = ParentLine.open();
  const books = parent?.assignment.favorites === false ? [] : booksOf(options);
  const hasScreen = options.tui && process.stdout.isTTY && process.stdin.isTTY && process.env['TERM'] !== 'dumb';
  const output = hasScreen
    ? undefined
    : new LogOutput(process.stdout, (line) => process.stderr.write(`gossip: ${line}\n`));
  // Nodes that say nothing, as those of a cluster, start without it.
  const logging = output && options.logLevel !== 'silent' ? await import('./node-log.ts') : undefined;
  const log = output && logging?.createNodeLog(options.logLevel, output);
  const logEvents: Observe = (self, subscribe) => {
    const join = options.bootstrap.length === 0 ? joinCommand(self, options.cluster, options.keyring) : undefined;
    if (log !== undefined) logging?.logEvents(log, self, subscribe, join);
  };
  const ended = Promise.race([stopping, output === undefined ? whenClosed() : output.closed]);
  ended.catch(() => undefined);
  /** Written over a screen they would spoil it: they wait until it has gone. */
  const held: string[] = [];
  const warn = (warning: string): void => {
    if (log !== undefined) log.warn(warning);
    else if (held.length < MAX_HELD_WARNINGS) held.push(escapeControls(warning));
  };
  const node = await startFrom(options, books, { observe: parent?.observe ?? logEvents, output, parent, warn });
  const { gossip } = node;
  tellClosed(log, gossip.node.self, options.keyring);
  parent?.obey({
    publish: (payload, receiptWithinMs) =>
      void gossip.set(payload, { receipt: receiptWithinMs === undefined ? false : { withinMs: receiptWithinMs } }),
    resample: () => node.resample(),
    get bytesOnTheWire() {
      return gossip.node.bytesOnTheWire;
    },
  });
  const screen = hasScreen
    ? import('./screens.ts').then(({ showNode }) => showNode(gossip.node, () => node.resample()))
    : undefined;
  await (screen === undefined ? ended : Promise.race([ended, screen])).finally(() => node.close());
  for (const warning of held) process.stderr.write(`gossip: ${warning}\n`);
  await parent?.close();
  log?.info({ node: gossip.address }, 'stopped');
  process.exit(0);
}

/** With a keyring. */
function tellClosed(log: NodeLog | undefined, self: string, keyring: string | undefined): void {
  if (keyring === undefined) return;
  log?.info({ node: self, keyring }, 'closed: only what a key of its keyring has signed is believed; no guests');
}

function checkAddress(options: NodeCommandOptions): void {
  const { advertise, host, port, bootstrap } = options;
  const self = joinAddress(advertise ?? host, port);
  if (!isAddress(self)) throw new UsageError(`not a host: ${advertise ?? host}`);
  if (isWildcard(advertise ?? host)) {
    throw new UsageError(`${advertise ?? host} is no address that others can reach: add --advertise HOST`);
  }
  const open = opennessRefusal({ ...options, tls: tlsOptionsOf(options) }, 'flags');
  if (open !== undefined) throw new UsageError(`--host ${open}`);
  if (bootstrap.includes(self)) throw new UsageError(`--bootstrap ${self} is this node itself`);
}

function booksOf({ books }: NodeCommandOptions): string[] {
  try {
    return readBooks(books ?? shippedFile('books.txt'));
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function startFrom(
  options: NodeCommandOptions,
  books: readonly string[],
  { observe, output, parent, warn }: Surroundings,
): Promise<BookNode> {
  const { port, host, advertise, insecure, allow, cluster, guests, keyring, bootstrap } = options;
  const { resampleMs, strategy, dataDir, seed } = options;
  const { ttl, maxPeers, fanout, heartbeatMs, reapAfterMs } = options;
  // Nodes of one seed still choose differently: the address counts.
  const random =
    seed === undefined
      ? undefined
      : seededRandom(fingerprintOf(`${seed} ${joinAddress(advertise ?? host, port)}`).high);
  return startBookNode({
    port,
    host,
    advertise,
    insecure,
    ...(allow && { allow }),
    tls: tlsOptionsOf(options),
    cluster,
    guests,
    keyring,
    join: bootstrap,
    books,
    random,
    resampleMs,
    strategy,
    dataDir,
    parameters: { ttl, maxPeers, fanout, heartbeatMs, reapAfterMs, ...parent?.assignment.parameters },
    seed,
    warn,
    observe,
    ...(output && { lostLogLines: () => output.lost }),
    ...(parent && { linkFaults: parent.linkFaults }),
  }).catch((error: NodeJS.ErrnoException) => {
    throw usageErrorOf(error, options);
  });
}

function usageErrorOf(error: NodeJS.ErrnoException, { host, port }: NodeCommandOptions): Error {
  if (error instanceof UnusableDataDir || error instanceof UnusableKeyring) return new UsageError(error.message);
  return tlsErrorOf(error) ?? listenErrorOf(error, host, port);
}

/**
 * SIGTERM, SIGINT, SIGHUP, and the end of the process that started us as its child. Listened for before anything else:
 * what happens while we start must not be missed, or a killed cluster leaves nodes behind.
 */
function askedToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
    process.once('disconnect', () => resolve());
    // Listening would keep a process alive that failed to start.
    (process.channel as { unref(): void } | undefined)?.unref();
  });
}
