/** Sets of IP addresses, as networks in CIDR's notation name them. */
import { BlockList, isIP } from 'node:net';

/** @returns whether it is a network, such as `10.0.0.0/8` or `fd00::/8`, or one address */
export function isNetwork(text: unknown): text is string {
  if (typeof text !== 'string') return false;
  const [ip = '', bits, ...rest] = text.split('/');
  const most = isIP(ip) === 6 ? 128 : 32;
  const isPrefix = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
  return isIP(ip) !== 0 && !ip.includes('%') && isPrefix && rest.length === 0;
}

/** Some networks, or all but these. */
export class Networks {
  private readonly v4 = new BlockList();
  private readonly v6 = new BlockList();

  constructor(
    networks: readonly string[],
    private readonly isAllBut = false,
  ) {
    for (const network of networks) {
      const [given = '', length] = network.split('/');
      const ip = unmapped(given);
      const isV6 = isIP(ip) === 6;
      const bits = length === undefined ? Infinity : Number(length) - (ip === given ? 0 : 96);
      // Of mapped addresses a shorter prefix names all of IPv4.
      (isV6 ? this.v6 : this.v4).addSubnet(ip, Math.max(0, Math.min(bits, isV6 ? 128 : 32)), isV6 ? 'ipv6' : 'ipv4');
    }
  }

  has(address: string): boolean {
    const ip = unmapped(address);
    const isNamed = isIP(ip) === 6 ? this.v6.check(ip, 'ipv6') : this.v4.check(ip, 'ipv4');
    return isNamed !== this.isAllBut;
  }
}

/** An IPv4 address that is written as one of IPv6 is that IPv4 address: sockets take it for that. */
function unmapped(ip: string): string {
  if (isIP(ip) !== 6) return ip;
  const [, high, low] = /^\[::ffff:([\da-f]{1,4}):([\da-f]{1,4})\]$/.exec(new URL(`http://[${ip}]`).hostname) ?? [];
  if (high === undefined || low === undefined) return ip;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}

/** Both are addresses of this machine, or the same of another. */
export function isSameMachine(one: string, other: string): boolean {
  const loopback = new Networks(['127.0.0.0/8', '::1']);
  const [a, b] = [unmapped(bare(one)), unmapped(bare(other))];
  return a === b || (isIP(a) !== 0 && isIP(b) !== 0 && loopback.has(a) && loopback.has(b));
}

/** Without the brackets of IPv6. */
export function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
