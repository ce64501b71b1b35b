/** `--tls-cert`, `--tls-key` and `--tls-ca`, of each command that speaks with nodes. */
import type { Command } from 'commander';
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

/** A mistake in them, in the words of the command. @returns `undefined` of any other error */
export function tlsErrorOf(error: Error): UsageError | undefined {
  const words = error.message.replace(/\btls\.(cert|key|ca)\b/g, '--tls-$1');
  return words === error.message ? undefined : new UsageError(words);
}

/** For a process that is to use the same. */
export function tlsFlagsOf({ cert, key, ca }: TlsOptions): string[] {
  return ['--tls-cert', cert, '--tls-key', key, '--tls-ca', ca];
}
