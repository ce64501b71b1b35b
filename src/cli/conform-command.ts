/** `gossip conform ADDRESS`: claims about a node that runs, tried one after the other. */
import { isIP } from 'node:net';
import { LEVELS, type Verdict } from '../conform/claim.ts';
import { claimsOf, runConform } from '../conform/run-conform.ts';
import { isAddress, joinAddress, splitAddress, type Address } from '../core/index.ts';
import { isWildcard } from '../http/node-options.ts';
import type { ConformCommandOptions } from './conform-options.ts';
import { conformJson, countLine, verdictLines } from './conform-report.ts';
import { listenErrorOf } from './listen-error.ts';
import { endWithOutput } from './output.ts';
import { ProgressLine } from './progress-line.ts';
import { pageOf } from './sim-summary.ts';
import { UsageError } from './usage-error.ts';

/** A node that is started together with this command needs so long until it listens. A guess. */
const PATIENCE_MS = 10_000;
/** How long news may take through the node: it may gossip in rounds. A guess. */
const NEWS_MS = 5000;
const PROGRESS_MS = 200;

export async function runConformCommand(node: Address, options: ConformCommandOptions): Promise<void> {
  endWithOutput();
  const { host, advertise = host, port, json } = options;
  checkHosts(node, advertise);
  const { stdout, stderr } = process;
  const page = pageOf(stdout);
  const levels = LEVELS.filter((level) => options.level.includes(level));
  const idWidth = Math.max(...levels.flatMap(claimsOf).map(({ id }) => id.length));
  const progress = new ProgressLine(stderr, true);
  let at = `waiting for ${node}`;
  const began = performance.now();
  const ticking = setInterval(() => progress.tell((ms) => `… ${at} (${Math.round(ms / 1000)} s)`), PROGRESS_MS);
  const told = (verdict: Verdict): void => {
    progress.clear();
    if (!json) stdout.write(`${verdictLines(verdict, idWidth, page).join('\n')}\n`);
  };
  try {
    const trying = ({ id }: { readonly id: string }): void => void (at = id);
    const where = { node, host, advertise };
    const verdicts = await runConform({
      ...where,
      levels,
      port,
      newsMs: NEWS_MS,
      patienceMs: PATIENCE_MS,
      trying,
      told,
    });
    const tookMs = performance.now() - began;
    progress.clear();
    stdout.write(
      json ? `${JSON.stringify(conformJson(node, verdicts, tookMs))}\n` : `\n${countLine(verdicts, tookMs, page)}\n`,
    );
    if (verdicts.some(({ result }) => result === 'failed')) process.exitCode = 1;
  } catch (error) {
    throw listenErrorOf(error as Error, host, port);
  } finally {
    clearInterval(ticking);
    progress.clear();
  }
}

/** @throws {UsageError} where the node could not reach the peers */
function checkHosts(node: Address, advertise: string): void {
  const { host: there } = splitAddress(node);
  if (!isAddress(joinAddress(advertise, 1)) || isWildcard(advertise)) {
    throw new UsageError(`--advertise: ${advertise} is no host that the node can reach the peers by`);
  }
  if (!isLoopback(there) && isLoopback(advertise)) {
    throw new UsageError(
      `${node} cannot reach peers at ${advertise}: give --host and --advertise, such as --host 0.0.0.0 --advertise 10.0.0.5`,
    );
  }
}

function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}
