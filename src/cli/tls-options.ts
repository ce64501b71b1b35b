/** `--tls-cert`, `--tls-key` and `--tls-ca`, of each command that speaks with nodes. */
import type { Command } from 'commander';
import type { MutualTls } from '../http/mutual-tls.ts';
import type { TlsOptions } from '../http/tls-files.ts';
import { UsageError } from './usage-error.ts';

export interface TlsCommandOptions {
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsCa?: string;
}

export function withTlsOptions(command: Command): Command {
  return command
    .option('--tls-cert <file>', 'certificate for mutual TLS (PEM)')
    .option('--tls-key <file>', 'its private key')
    .option('--tls-ca <file>', 'authorities whose certificates are members’');
}

/** @throws UsageError unless there are all or none */
export function tlsOptionsOf({ tlsCert: cert, tlsKey: key, tlsCa: ca }: TlsCommandOptions): TlsOptions | undefined {
  if (cert !== undefined && key !== undefined && ca !== undefined) return { cert, key, ca };
  if (cert === undefined && key === undefined && ca === undefined) return undefined;
  throw new UsageError('mutual TLS takes --tls-cert, --tls-key and --tls-ca together');
}

/** Of a command that asks nodes and is never asked: they take it for a member. @throws UsageError */
export async function openTls(options: TlsCommandOptions): Promise<MutualTls | undefined> {
  const files = tlsOptionsOf(options);
  if (files === undefined) return undefined;
  const { MutualTls } = await import('../http/mutual-tls.ts');
  try {
    const warn = (warning: string): void => void process.stderr.write(`gossip: ${warning}\n`);
    const tls = new MutualTls(files, undefined, warn);
    tls.watchFiles();
    return tls;
  } catch (error) {
    throw tlsErrorOf(error as Error) ?? error;
  }
}

/** A mistake in them, in the words of the command. @returns `undefined` of any other error */
export function tlsErrorOf(error: Error): UsageError | undefined {
  const words = error.message.replace(/\btls\.(cert|key|ca)\b/g, '--tls-$1');
  return words === error.message ? undefined : new UsageError(words);
}

/** For a process that is to use the same. */
export function tlsFlagsOf({ cert, key, ca }: TlsOptions): string[] {
  return ['--tls-cert', cert, '--tls-key', key, '--tls-ca', ca];
}
