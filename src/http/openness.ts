/**
 * Never open by accident: a node that other machines can reach has something that keeps outsiders out, or its operator has said
 * that nothing has to.
 */
import { isLoopbackHost } from './browser-guard.ts';

/** What keeps outsiders out, by its option in the library and in the command. */
const WAYS_OUT = [
  { option: 'keyring', flags: '--keyring', isOfOwnServer: false },
  { option: 'tls', flags: '--tls-cert, --tls-key and --tls-ca', isOfOwnServer: true },
  { option: 'insecure: true', flags: '--insecure', isOfOwnServer: false },
];

/** As far as it matters here, of the options of a node. */
export interface Openness {
  readonly host?: string;
  readonly keyring?: string | object | undefined;
  /** `false`: its service's server listens, in plain HTTP, and it is reached where others are told. */
  readonly listen?: boolean;
  readonly advertise?: string | undefined;
  readonly tls?: object | undefined;
  readonly insecure?: boolean;
}

/** @returns why it must not listen there, and what would let it; in the words of the library, or of the command */
export function opennessRefusal(
  { host = '127.0.0.1', listen = true, advertise, keyring, tls, insecure = false }: Openness,
  words: 'option' | 'flags' = 'option',
): string | undefined {
  const reached = (listen ? undefined : advertise) ?? host;
  const isGuarded = keyring !== undefined || tls !== undefined;
  if (isLoopbackHost(reached) || isGuarded || insecure) return undefined;
  const ways = WAYS_OUT.filter(({ isOfOwnServer }) => listen || !isOfOwnServer).map((way) => way[words]);
  return `${reached} can be reached from other machines, where anybody could speak for any node: give ${ways.join(', or ')}`;
}

/** May other machines reach it? A server that is not its own listens where it likes. */
export function isOpen(options: Openness): boolean {
  return opennessRefusal({ ...options, listen: true, host: '0.0.0.0' }) === undefined;
}
