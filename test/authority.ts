/** Certificates for a test, in a folder that ends with it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createAuthority, issue } from '../src/cli/test-authority.ts';
import type { TlsOptions } from '../src/http/tls-files.ts';

export interface TestAuthority {
  /** PEM. */
  readonly ca: string;
  /** Files of a new certificate for these hosts; with a name that was used before, in their place. */
  readonly certify: (hosts: readonly string[], name?: string) => Promise<TlsOptions>;
}

export async function testAuthority(): Promise<TestAuthority> {
  const folder = mkdtempSync(join(tmpdir(), 'gossip-authority-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const authority = await createAuthority(2);
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('ca.pem'), authority.cert);
  let count = 0;
  return {
    ca: authority.cert,
    certify: async (hosts, name = String(count++)) => {
      const { cert, key } = await issue(authority, hosts, 1);
      writeFileSync(at(`${name}-key.pem`), key, { mode: 0o600 });
      writeFileSync(at(`${name}.pem`), cert);
      return { cert: at(`${name}.pem`), key: at(`${name}-key.pem`), ca: at('ca.pem') };
    },
  };
}
