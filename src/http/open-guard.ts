import type { KeyringSource } from '../keyring/keyring.ts';
import type { Guard } from './guard.ts';
import type { GuardHost } from './keyring-guard.ts';

/** Loaded by those alone that have a keyring. @throws {UnusableKeyring} */
export async function openGuard(source: KeyringSource | undefined, host: GuardHost): Promise<Guard | undefined> {
  if (source === undefined) return undefined;
  const { KeyringGuard } = await import('./keyring-guard.ts');
  return new KeyringGuard(source, host);
}
