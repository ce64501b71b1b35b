/**
 * Members of one process, in real time, without sockets or ports: messages go from one to the other in memory.
 *
 *     import { createGossip } from 'gossip';
 *     import { MemoryNetwork } from 'gossip/testing';
 *
 *     const network = new MemoryNetwork();
 *     const one = await createGossip({ transport: network.transport() });
 *     const other = await createGossip({ transport: network.transport(), join: [one.address] });
 */
import { isAddress, type Address, type Message } from '../core/index.ts';
import {
  TRANSPORT_MESSAGE_BYTES,
  type Transport,
  type TransportFigures,
  type TransportHost,
} from '../http/transport.ts';

/** Messages of one member on their way; with more the newest are dropped, and repair brings them. A guess. */
const MAX_WAITING = 10_000;
const MAX_DELAY_MS = 60_000;

export interface MemoryNetworkOptions {
  /** How long each message is on its way, in milliseconds. 0: it arrives in a later turn of the event loop. */
  readonly delayMs?: number;
}

/** Where members of one process meet. Those of two networks never do. */
export class MemoryNetwork {
  private readonly members = new Map<Address, MemoryTransport>();
  private readonly delayMs: number;
  private addresses = 0;

  /** @throws {RangeError} when the delay cannot be */
  constructor({ delayMs = 0 }: MemoryNetworkOptions = {}) {
    if (!Number.isFinite(delayMs) || delayMs < 0 || delayMs > MAX_DELAY_MS) {
      throw new RangeError(`delayMs: expected 0 to ${MAX_DELAY_MS}, got ${delayMs}`);
    }
    this.delayMs = delayMs;
  }

  /**
   * What `createGossip` takes as `transport`, for one member. `close(0)` on it is what a killed process looks like to others.
   *
   * @param address `"host:port"`, free in this network; one is made up, if none is given: `"memory:1"`
   * @throws {RangeError} when it is no address
   */
  transport(address?: Address): Transport {
    if (address !== undefined && !isAddress(address)) throw new RangeError(`not an address: ${String(address)}`);
    return new MemoryTransport({
      delayMs: this.delayMs,
      take: (transport) => this.take(address ?? this.freeAddress(), transport),
      at: (other) => this.members.get(other),
      leave: (own) => this.members.delete(own),
    });
  }

  private take(address: Address, transport: MemoryTransport): Address {
    if (this.members.has(address)) throw new Error(`${address} is taken in this network`);
    this.members.set(address, transport);
    return address;
  }

  private freeAddress(): Address {
    do this.addresses = (this.addresses % 65_535) + 1;
    while (this.members.has(`memory:${this.addresses}`));
    return `memory:${this.addresses}`;
  }
}

interface Exchange {
  readonly delayMs: number;
  /** @throws when the address is taken */
  take(transport: MemoryTransport): Address;
  at(address: Address): MemoryTransport | undefined;
  leave(address: Address): void;
}

class MemoryTransport implements Transport {
  private address: Address | undefined;
  private host: TransportHost | undefined;
  private readonly links = new Set<Address>();
  /** How to call off what has not happened yet. */
  private readonly underWay = new Set<() => void>();
  private waiting = 0;
  private dropped = 0;
  private whenIdle: (() => void) | undefined;

  constructor(private readonly exchange: Exchange) {}

  open(): Address {
    if (this.address !== undefined) throw new Error('a transport is used once');
    return (this.address = this.exchange.take(this));
  }

  start(host: TransportHost): void {
    this.host = host;
  }

  send(to: Address, message: Message): void {
    if (this.host === undefined) return;
    const text = JSON.stringify(message);
    const bytes = Buffer.byteLength(text);
    if (bytes > TRANSPORT_MESSAGE_BYTES) return this.later((host) => host.unsendable(to, message, bytes), 0);
    if (this.waiting >= MAX_WAITING) return void this.dropped++;
    this.waiting++;
    this.later((host, self) => {
      this.waiting--;
      this.deliver(host, self, to, message, text);
      if (this.waiting === 0) this.whenIdle?.();
    }, this.exchange.delayMs);
  }

  linked(peer: Address): void {
    this.links.add(peer);
    this.later((host, self) => host.opened(peer, self), 0);
  }

  unlinked(peer: Address): void {
    if (this.links.delete(peer)) this.later((host) => host.closed(peer, 'no peer any more'), 0);
  }

  figures(): TransportFigures {
    return { waiting: this.waiting, waitingDropped: this.dropped };
  }

  async close(withinMs: number): Promise<void> {
    if (this.waiting > 0 && withinMs > 0 && this.host !== undefined) await this.idle(withinMs);
    this.host = undefined;
    for (const callOff of this.underWay) callOff();
    this.underWay.clear();
    if (this.address !== undefined && this.exchange.at(this.address) === this) this.exchange.leave(this.address);
    // As sockets do that close: whoever has a link learns of it.
    for (const peer of this.links) this.exchange.at(peer)?.gone(this.address ?? '');
    this.links.clear();
  }

  private gone(peer: Address): void {
    if (!this.links.has(peer)) return;
    this.later((host) => {
      this.links.delete(peer);
      host.closed(peer, 'it has closed');
      host.unreachable(peer, 'it has closed', true);
    }, this.exchange.delayMs);
  }

  private deliver(host: TransportHost, self: Address, to: Address, message: Message, text: string): void {
    host.sent(to, message);
    const there = this.exchange.at(to)?.host;
    if (there === undefined) return host.unreachable(to, 'nobody is there', true);
    if (there.cluster !== host.cluster) return host.unreachable(to, `is of the network "${there.cluster}"`, true);
    there.received(self, [JSON.parse(text)]);
  }

  /** Resolves when nothing is under way, or this time is up. */
  private idle(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const overdue = setTimeout(resolve, withinMs);
      this.whenIdle = () => {
        clearTimeout(overdue);
        resolve();
      };
    });
  }

  /** Never while somebody is calling: the host would be called again within its own call. */
  private later(act: (host: TransportHost, self: Address) => void, afterMs: number): void {
    const run = (): void => {
      this.underWay.delete(callOff);
      if (this.host !== undefined && this.address !== undefined) act(this.host, this.address);
    };
    const callOff = afterMs === 0 ? onceImmediately(run) : onceAfter(run, afterMs);
    this.underWay.add(callOff);
  }
}

function onceImmediately(run: () => void): () => void {
  const immediate = setImmediate(run);
  return () => clearImmediate(immediate);
}

function onceAfter(run: () => void, afterMs: number): () => void {
  const timeout = setTimeout(run, afterMs);
  return () => clearTimeout(timeout);
}
