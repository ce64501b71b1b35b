/**
 * Never open by accident: a node that other machines can reach has something that keeps strangers out, or its operator has said
 * that nothing has to.
 */
import { isLoopbackHost } from './browser-guard.ts';

/** What keeps strangers out, by its option in the library and in the command. */
const WAYS_OUT = [
  { option: 'keyring', flags: '--keyring' },
  { option: 'tls', flags: '--tls-cert, --tls-key and --tls-ca' },
  { option: 'insecure: true', flags: '--insecure' },
];

/** As far as it matters here, of the options of a node. */
export interface Openness {
  readonly host?: string;
  readonly keyring?: string | object | undefined;
  readonly tls?: object | undefined;
  readonly insecure?: boolean;
}

/** @returns why it must not listen there, and what would let it; in the words of the library, or of the command */
export function opennessRefusal(
  { host = '127.0.0.1', keyring, tls, insecure = false }: Openness,
  words: 'option' | 'flags' = 'option',
): string | undefined {
  const isGuarded = keyring !== undefined || tls !== undefined;
  if (isLoopbackHost(host) || isGuarded || insecure) return undefined;
  const ways = WAYS_OUT.map((way) => way[words]).join(', or ');
  return `${host} can be reached from other machines, where anybody could speak for any node: give ${ways}`;
}
