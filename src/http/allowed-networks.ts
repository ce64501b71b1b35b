/**
 * Which addresses this node calls. It learns them from whoever speaks to it, and must not be made to call what stands behind it: a
 * database, a cloud's metadata, a neighbour's printer (server-side request forgery).
 *
 * What is checked is what is connected to. An address that names a host is looked up here, on each connection, and only what is allowed of
 * the answer is tried: a name that leads elsewhere a moment later (DNS rebinding) leads nowhere. Contacts are the user's own word, and exempt.
 *
 * Unless networks are given they follow from the node's own address: loopback for loopback, the block that it lies in for a
 * private or special one (RFC 1918, 6598, 3927, 4193, 4291), and for a public one all that is public. Not the subnet of the interface: in containers
 * and clouds that is often this one machine.
 */
import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { splitAddress, type Address } from '../core/index.ts';
import { bare, Networks } from './networks.ts';
import { isWildcard } from './node-options.ts';

const LOOPBACK = ['127.0.0.0/8', '::1/128'];
const PRIVATE = [
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'],
  ...['fc00::/7', 'fe80::/10'],
];
/** IANA's special-purpose addresses that are none of the above; of IPv6 all but global unicast, and what wraps IPv4. */
const SPECIAL = [
  ...['0.0.0.0/8', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/3', '::/3', '2001::/23', '2001:db8::/32', '2002::/16', '4000::/2', '8000::/1'],
];

/** Nothing was connected. */
export class NotAllowed extends Error {}

/** What `http.request` connects to. */
export interface Destination {
  readonly url: URL;
  readonly lookup: LookupFunction;
}

/** What a node is told of its own address. */
export interface OwnAddress {
  /** The address that it listens on, or a name of it. */
  readonly host: string;
  readonly advertise?: string | undefined;
}

export class AllowedNetworks {
  /** Addresses that were not called. */
  refusals = 0;
  private readonly networks: readonly Networks[];

  /**
   * @param networks each `"10.0.0.0/8"` or one address; `undefined`: those that follow from the node's own address
   * @param contacts addresses that are called wherever they are
   * @param refused told of each call that was not made
   */
  constructor(
    networks: readonly string[] | undefined,
    own: OwnAddress,
    private readonly contacts: readonly Address[] = [],
    private readonly refused: (address: Address, reason: string) => void = () => undefined,
  ) {
    this.networks = networks === undefined ? networksOf(own) : [new Networks(networks)];
  }

  /** @throws NotAllowed, also later: what `lookup` reports */
  destination(address: Address): Destination {
    const url = new URL(`http://${address}`);
    const isContact = this.contacts.includes(address);
    const host = bare(url.hostname);
    if (!isContact && isIP(host) !== 0 && !this.has(host)) throw this.refuse(address, host);
    return { url, lookup: isContact ? lookUp : this.lookupFor(address) };
  }

  /** `true` also for a name: where that leads is seen when it is called. */
  mayCall(address: Address): boolean {
    const { host } = splitAddress(address);
    // What begins like a number may be an IPv4 address in another spelling.
    if (!/^[\d[]/.test(host) || this.contacts.includes(address)) return true;
    if (!URL.canParse(`http://${address}`)) return false;
    const ip = bare(new URL(`http://${address}`).hostname);
    return isIP(ip) === 0 || this.has(ip);
  }

  private has(ip: string): boolean {
    return this.networks.some((network) => network.has(ip));
  }

  private refuse(address: Address, ip: string): NotAllowed {
    this.refusals++;
    const { host } = splitAddress(address);
    const reason = outside(bare(host) === ip ? address : `${address} (${ip})`);
    this.refused(address, reason);
    return new NotAllowed(reason);
  }

  private lookupFor(address: Address): LookupFunction {
    return (hostname, options, callback) =>
      lookUp(hostname, { ...options, all: true }, (error, found) => {
        if (error !== null) return callback(error, '');
        const all = found as LookupAddress[];
        const allowed = all.filter((each) => this.has(each.address));
        const [first] = allowed;
        if (first === undefined) callback(this.refuse(address, all[0]?.address ?? 'no address'), '');
        else if (options.all === true) callback(null, allowed);
        else callback(null, first.address, first.family);
      });
  }
}

/** One line, for whoever names such an address. */
export function outside(address: string): string {
  return `${address} is outside the networks that this node may call (allow)`;
}

function networksOf({ host, advertise }: OwnAddress): readonly Networks[] {
  const told = bare(advertise ?? host);
  if (isIP(told) !== 0) return [networkOf(told)];
  if (told.toLowerCase() === 'localhost') return [new Networks(LOOPBACK)];
  const listening = isWildcard(host) ? ownAddresses() : [bare(host)];
  return listening.filter((ip) => isIP(ip) !== 0).map(networkOf);
}

function networkOf(ip: string): Networks {
  const loopback = new Networks(LOOPBACK);
  if (loopback.has(ip)) return loopback;
  const block = [...PRIVATE, ...SPECIAL].map((each) => new Networks([each])).find((each) => each.has(ip));
  return block ?? new Networks([...LOOPBACK, ...PRIVATE, ...SPECIAL], true);
}

/** @returns the address that this name leads to, or the name itself where it leads nowhere */
export async function addressOfName(host: string): Promise<string> {
  if (isIP(bare(host)) !== 0) return bare(host);
  const { lookup } = process.getBuiltinModule('node:dns').promises;
  return lookup(host).then(
    ({ address }) => address,
    () => host,
  );
}

/** Of this machine's interfaces; loopback only where there is nothing else. */
function ownAddresses(): string[] {
  const all = Object.values(process.getBuiltinModule('node:os').networkInterfaces()).flatMap((each) => each ?? []);
  const outer = all.filter(({ internal }) => !internal);
  return (outer.length > 0 ? outer : all).map(({ address }) => address);
}

const lookUp: LookupFunction = (hostname, options, callback) =>
  process.getBuiltinModule('node:dns').lookup(hostname, options, callback as never);
