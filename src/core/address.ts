/** A node's identity and where it listens: `host:port`, for example `127.0.0.1:7001` or `[::1]:7001`. */
export type Address = string;

/** Hosts a bare port is short for: the brief's network lives on one machine. */
const DEFAULT_HOST = '127.0.0.1';

/** The longest DNS name (253) plus a colon and five digits. */
export const MAX_ADDRESS_LENGTH = 259;

/**
 * What the decoder accepts as an address: a DNS name, an IPv4 address or a bracketed IPv6 address, then a port without
 * leading zeros (an address is an identity, so a port has one spelling).
 * Kept as a source string because JSON Schema wants one.
 */
export const ADDRESS_PATTERN = '^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\\[[0-9A-Fa-f:.]{2,45}\\]):[1-9][0-9]{0,4}$';

const addressPattern = new RegExp(ADDRESS_PATTERN);
const portPattern = /^[0-9]{1,5}$/;

/**
 * Reads an address as a person types it: `7001`, `"7001"` or `"host:7001"`.
 *
 * @returns the full `host:port`; a bare port is short for `127.0.0.1:port`
 * @throws {RangeError} one clear line when it is neither, or the port is not within 1..65535
 */
export function parseAddress(input: string | number, defaultHost: string = DEFAULT_HOST): Address {
  const text = String(input).trim();
  const full = portPattern.test(text) ? joinAddress(defaultHost, Number(text)) : text;
  const { port } = splitAddress(full);
  if (!addressPattern.test(full) || port < 1 || port > 65535) {
    throw new RangeError(`not an address: "${text.slice(0, 80)}" (expected a port, or host:port)`);
  }
  return full;
}

/** `true` for a full `host:port` with a port a node can listen on. Never throws, whatever it is given. */
export function isAddress(value: unknown): value is Address {
  if (typeof value !== 'string' || value.length > MAX_ADDRESS_LENGTH || !addressPattern.test(value)) return false;
  const { port } = splitAddress(value);
  return port >= 1 && port <= 65535;
}

export function joinAddress(host: string, port: number): Address {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]:${port}` : `${host}:${port}`;
}

export function splitAddress(address: Address): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}
