/** Addresses as a screen shows them. */
import type { Address } from '../trace/views.ts';
import { sanitize } from '../trace/sanitize.ts';

export function hostOf(address: Address): string {
  return address.slice(0, address.lastIndexOf(':'));
}

/** `:7002` for a neighbour on the home host, the whole address for any other. */
export function shortAddress(address: Address, homeHost: string): string {
  return sanitize(hostOf(address) === homeHost ? address.slice(address.lastIndexOf(':')) : address);
}

/** By host, then by port as a number: 7002 before 10001. */
export function compareAddresses(a: Address, b: Address): number {
  const [hostA, hostB] = [hostOf(a), hostOf(b)];
  if (hostA !== hostB) return hostA < hostB ? -1 : 1;
  return portOf(a) - portOf(b);
}

function portOf(address: Address): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}
