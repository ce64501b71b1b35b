/** `gossip keys ca new` and `gossip keys ca cert`. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wordsOfSystemError } from '../trace/system-error.ts';
import type { CertificateOptions } from './keys-ca-options.ts';
import { createAuthority, issue, type Issued } from './test-authority.ts';
import { UsageError } from './usage-error.ts';

const AUTHORITY = 'ca';

/** @throws UsageError */
export async function makeAuthority(directory: string, { days }: CertificateOptions): Promise<void> {
  const { cert, key } = filesOf(directory, AUTHORITY);
  const there = [cert, key].find((file) => existsSync(file));
  if (there !== undefined) throw new UsageError(`${there} is there already: members would no longer know each other`);
  const authority = await createAuthority(days);
  withWords(directory, () => mkdirSync(directory, { recursive: true, mode: 0o700 }));
  write(directory, AUTHORITY, authority);
}

/** @throws UsageError */
export async function makeCertificate(
  directory: string,
  hosts: readonly string[],
  { days, name = fileNameOf(hosts[0] as string) }: CertificateOptions,
): Promise<void> {
  if (!/^[\w.-]+$/.test(name) || name === AUTHORITY) throw new UsageError(`--name ${name} is no name for files`);
  write(directory, name, await issue(authorityIn(directory), hosts, days));
}

function authorityIn(directory: string): Issued {
  const { cert, key } = filesOf(directory, AUTHORITY);
  const read = (file: string): string => withWords(file, () => readFileSync(file, 'utf8'));
  return { cert: read(cert), key: read(key) };
}

/** The key first: a node that is told of a new certificate finds its key. */
function write(directory: string, name: string, issued: Issued): void {
  const { cert, key } = filesOf(directory, name);
  replace(key, issued.key, 0o600);
  replace(cert, issued.cert, 0o644);
  process.stdout.write(`${cert}\n${key}\n`);
}

/** Nobody reads half of it. */
function replace(file: string, text: string, mode: number): void {
  withWords(file, () => {
    writeFileSync(`${file}.new`, text, { mode });
    renameSync(`${file}.new`, file);
  });
}

function filesOf(directory: string, name: string): Record<'cert' | 'key', string> {
  return { cert: join(directory, `${name}.pem`), key: join(directory, `${name}-key.pem`) };
}

/** Of an IPv6 address without colons. */
function fileNameOf(host: string): string {
  return host.replaceAll(':', '-');
}

function withWords<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new UsageError(`${file}: ${wordsOfSystemError(error)}`);
  }
}
