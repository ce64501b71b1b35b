/** `gossip dashboard`: a page in the browser, of nodes that run or of a trace that was recorded. */
import { stat } from 'node:fs/promises';
import { HttpGateway, type SignRequest } from '../dashboard/server/node-client.ts';
import { Observer } from '../dashboard/server/observer.ts';
import type { Read } from '../dashboard/server/recording.ts';
import { serveNetwork, serveRecording, type RunningDashboard } from '../dashboard/server/serve-dashboard.ts';
import { isLoopbackHost } from '../http/browser-guard.ts';
import { readBooks } from '../books/favorites.ts';
import { wordsOfSystemError } from '../trace/system-error.ts';
import { AskedToStop } from './asked-to-stop.ts';
import type { DashboardCommandOptions } from './dashboard-options.ts';
import { listenErrorOf } from './listen-error.ts';
import { whenClosed } from './output.ts';
import { shippedFile } from './shipped-files.ts';
import { openTls } from './tls-options.ts';
import { UsageError } from './usage-error.ts';

export async function runDashboard(file: string | undefined, options: DashboardCommandOptions): Promise<void> {
  const { connect } = options;
  if (file === undefined && connect.length === 0)
    throw new UsageError('what is to be shown? --connect PORT for a running network, or the file of a recorded trace');
  if (file !== undefined && connect.length > 0) throw new UsageError('either --connect or a recorded trace, not both');
  checkHost(options);
  const asked = new AskedToStop();
  const stdoutClosed = whenClosed();
  const stopped = Promise.race([asked.asked, stdoutClosed]);
  await (file === undefined ? showNetwork(options, stopped) : showRecording(file, options, stopped));
  process.exit(0);
}

/** @throws UsageError */
function checkHost({ host, insecure }: DashboardCommandOptions): void {
  if (isLoopbackHost(host) || insecure) return;
  throw new UsageError(
    `--host ${host} can be reached from other machines, where the page and its token would go in plain HTTP: put something that speaks TLS before 127.0.0.1, or give --insecure`,
  );
}

/** @throws UsageError of one line where what was chosen cannot be had */
export async function listening<T>(dashboard: Promise<T>, host: string, port: number): Promise<T> {
  return dashboard.catch((error: Error) => {
    throw error instanceof RangeError ? new UsageError(error.message) : listenErrorOf(error, host, port);
  });
}

export function pageDirectory(): string {
  return shippedFile('dist/dashboard');
}

async function showNetwork(options: DashboardCommandOptions, stopped: Promise<void>): Promise<void> {
  const { connect: addresses, followAll, maxNodes, allowPublish, host, port } = options;
  const books = allowPublish ? readBooks(shippedFile('books.txt')) : [];
  const tls = await openTls(options);
  const gateway = new HttpGateway(tls, await signerOf(options, tls !== undefined));
  // As nodes count: never back, and in whole milliseconds.
  const clock = (): number => Math.floor(performance.timeOrigin + performance.now());
  const observer = new Observer({ addresses, followAll, maxNodes, books, gateway, clock, chance: Math.random });
  try {
    const listen = { host, port, pageDirectory: pageDirectory() };
    const dashboard = await listening(serveNetwork(observer, listen), host, port);
    tellUrl(dashboard);
    await stopped.finally(() => dashboard.close());
  } finally {
    await observer.close();
    tls?.close();
  }
}

async function signerOf({ keyring }: DashboardCommandOptions, isEncrypted: boolean): Promise<SignRequest | undefined> {
  if (keyring === undefined) return undefined;
  const { KeyringGuard } = await import('../http/keyring-guard.ts');
  const { withKeyring } = await import('./keys-command.ts');
  // It asks and is never asked.
  const host = { self: () => '127.0.0.1:1', isEncrypted };
  const guard = await withKeyring(() => Promise.resolve(new KeyringGuard(keyring, host)));
  return (...asked) => guard.request(...asked).headers;
}

async function showRecording(file: string, options: DashboardCommandOptions, stopped: Promise<void>): Promise<void> {
  await checkFile(file);
  const listen = { host: options.host, port: options.port, pageDirectory: pageDirectory() };
  const dashboard = await listening(serveRecording(file, listen), listen.host, listen.port);
  const wrong = dashboard.read.then(
    (read) => {
      for (const line of wordsOf(file, read)) process.stderr.write(`gossip: ${line}\n`);
      return new Promise<never>(() => undefined);
    },
    (error: Error) => error.message,
  );
  tellUrl(dashboard);
  const problem = await Promise.race([stopped, wrong]).finally(() => dashboard.close());
  if (typeof problem === 'string') throw new UsageError(problem);
}

async function checkFile(file: string): Promise<void> {
  const found = await stat(file).catch((error: Error) => {
    throw new UsageError(`cannot read ${file}: ${wordsOfSystemError(error)}`);
  });
  if (!found.isFile()) throw new UsageError(`${file} is not a file`);
}

/** What of a file is not shown. */
function wordsOf(file: string, { events, kept, strange }: Read): string[] {
  return [
    ...(kept < events ? [`${file}: of ${events} events the last ${kept} are kept, and the state before them`] : []),
    ...(strange > 0 ? [`${file}: ${strange} lines are no events of a trace, and are left out`] : []),
  ];
}

function tellUrl({ url }: RunningDashboard): void {
  process.stdout.write(`dashboard: ${url}\n`);
}
