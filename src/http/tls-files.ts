/** The certificate, key and authorities of a node: read and checked, so that a mistake is one line here and no riddle at every peer. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { wordsOfSystemError } from '../trace/system-error.ts';

/** Each a file, or PEM itself. A file is read again when it changes. */
export interface TlsOptions {
  /** This node's certificate, and those between it and an authority. The host of the node's address is in it. */
  readonly cert: string;
  /** Its private key. */
  readonly key: string;
  /** The authorities whose certificates are members'. */
  readonly ca: string;
}

export type TlsName = keyof TlsOptions;

export const TLS_NAMES = ['cert', 'key', 'ca'] as const satisfies readonly TlsName[];

export function isPem(value: string): boolean {
  return value.includes('-----BEGIN ');
}

/**
 * @param host that of the node's address; absent: of whoever listens nowhere
 * @returns PEM of each
 * @throws {RangeError} one line that names the option and what is wrong with it
 */
export function readTls(options: TlsOptions, host?: string): TlsOptions {
  const [cert, key, ca] = TLS_NAMES.map((name) => pemOf(name, options[name]));
  const read = { cert: cert as string, key: key as string, ca: ca as string };
  const [own, ...between] = certificatesIn('cert', read.cert, nameOf(options.cert));
  const authorities = certificatesIn('ca', read.ca, nameOf(options.ca));
  if (own === undefined) throw new RangeError(`tls.cert: ${nameOf(options.cert)} has no certificate`);
  checkValidity(own);
  if (!own.checkPrivateKey(privateKeyOf(read.key, nameOf(options.key)))) {
    throw new RangeError(`tls.key: ${nameOf(options.key)} is not the key of the certificate`);
  }
  if (![...between, ...authorities].some((issuer) => own.checkIssued(issuer) && own.verify(issuer.publicKey))) {
    throw new RangeError('tls.cert: its issuer is neither in tls.cert nor in tls.ca');
  }
  if (host !== undefined && !isFor(own, host)) {
    throw new RangeError(`tls.cert: it is for ${own.subjectAltName ?? 'no address'}, and not for ${host}`);
  }
  return read;
}

/** Is this host among the subject alternative names? They know no ports. */
export function isFor(certificate: X509Certificate, host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) !== 0) return certificate.checkIP(bare) !== undefined;
  return certificate.checkHost(bare, { subject: 'never' }) !== undefined;
}

/** @returns a warning where others than the owner may read the key */
export function exposureOf({ key }: TlsOptions): string | undefined {
  if (isPem(key) || process.platform === 'win32') return undefined;
  const isOpen = (statSync(key).mode & 0o004) !== 0;
  return isOpen ? `tls.key: every user of this machine may read ${key}: chmod 600 ${key}` : undefined;
}

function checkValidity({ validFrom, validTo }: X509Certificate): void {
  if (Date.parse(validTo) <= Date.now()) throw new RangeError(`tls.cert: it has expired on ${validTo}`);
  if (Date.parse(validFrom) > Date.now()) throw new RangeError(`tls.cert: it is not valid before ${validFrom}`);
}

function pemOf(name: TlsName, value: string): string {
  if (isPem(value)) return value;
  try {
    return readFileSync(value, 'utf8');
  } catch (error) {
    throw new RangeError(`tls.${name}: cannot read ${value}: ${wordsOfSystemError(error)}`, { cause: error });
  }
}

function certificatesIn(name: TlsName, pem: string, source: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new RangeError(`tls.${name}: ${source} has no certificate in PEM`);
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (error) {
    throw new RangeError(`tls.${name}: ${source} has a certificate that cannot be read`, { cause: error });
  }
}

function privateKeyOf(pem: string, source: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new RangeError(`tls.key: ${source} is no private key in PEM without a password`, { cause: error });
  }
}

function nameOf(value: string): string {
  return isPem(value) ? 'what was given' : value;
}
