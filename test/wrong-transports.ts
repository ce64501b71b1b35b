/** Transports that each break one claim of `runTransportTests`, and keep all others. */
import type { Address, Message } from '../src/core/index.ts';
import type { Transport, TransportHost } from '../src/http/transport.ts';
import { MemoryNetwork } from '../src/testing/memory-network.ts';

/** Passes everything on to a right one. */
class Passing implements Transport {
  protected self: Address = '';

  constructor(protected readonly right: Transport) {}

  async open(): Promise<Address> {
    return (this.self = await this.right.open());
  }

  start(host: TransportHost): void {
    void this.right.start(this.hostFor(host));
  }

  send(to: Address, message: Message): void {
    this.right.send(to, message);
  }

  linked(peer: Address): void {
    this.right.linked?.(peer);
  }

  unlinked(peer: Address): void {
    this.right.unlinked?.(peer);
  }

  close(withinMs: number): Promise<void> {
    return this.right.close(withinMs);
  }

  protected hostFor(host: TransportHost): TransportHost {
    return host;
  }
}

/** As `Passing`, with another host. */
function hearing(change: (host: TransportHost, self: () => Address) => Partial<TransportHost>) {
  return class extends Passing {
    protected override hostFor(host: TransportHost): TransportHost {
      return { ...host, ...change(host, () => this.self) };
    }
  };
}

/** As `Passing`, with another `send`. */
function sending(send: (right: Transport, to: Address, message: Message) => void) {
  return class extends Passing {
    override send(to: Address, message: Message): void {
      send(this.right, to, message);
    }
  };
}

const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

class WithoutPort extends Passing {
  override async open(): Promise<Address> {
    await super.open();
    return this.self.replace(':', '/');
  }

  override send(to: Address, message: Message): void {
    super.send(to.replace('/', ':'), message);
  }

  protected override hostFor(host: TransportHost): TransportHost {
    return {
      ...host,
      received: (from, messages) => host.received(from.replace(':', '/'), messages),
      unreachable: (peer, ...rest) => host.unreachable(peer.replace(':', '/'), ...rest),
    };
  }
}

/** Holds each message back until another comes, or a moment has passed; then the later one goes first. */
class Swapping extends Passing {
  private held: (() => void) | undefined;

  override send(to: Address, message: Message): void {
    const send = (): void => super.send(to, message);
    const { held } = this;
    if (held === undefined) {
      this.held = send;
      setImmediate(() => this.release());
      return;
    }
    send();
    this.release();
  }

  override close(withinMs: number): Promise<void> {
    this.release();
    return super.close(withinMs);
  }

  private release(): void {
    this.held?.();
    this.held = undefined;
  }
}

/** Carries only so many messages at a time, over all its peers. */
class Narrow extends Passing {
  private underWay = 0;

  override send(to: Address, message: Message): void {
    if (this.underWay > 200) return;
    this.underWay++;
    setImmediate(() => this.underWay--);
    super.send(to, message);
  }
}

class SharingObjects extends Passing {
  private static readonly originals = new Map<string, Message>();

  override send(to: Address, message: Message): void {
    SharingObjects.originals.set(JSON.stringify(message), message);
    super.send(to, message);
  }

  protected override hostFor(host: TransportHost): TransportHost {
    const original = (message: unknown): unknown => SharingObjects.originals.get(JSON.stringify(message));
    return { ...host, received: (from, messages) => host.received(from, messages.map(original)) };
  }
}

/** Once it was linked, whatever comes after the end of the link is lost. */
class LinkedForLife extends Passing {
  private readonly lost = new Set<Address>();

  override unlinked(peer: Address): void {
    this.lost.add(peer);
    super.unlinked(peer);
  }

  override send(to: Address, message: Message): void {
    if (!this.lost.has(to)) super.send(to, message);
  }
}

/** Takes silence for granted of those that have answered once. */
class Trusting extends Passing {
  private readonly known = new Set<Address>();

  protected override hostFor(host: TransportHost): TransportHost {
    return {
      ...host,
      received: (from, messages) => {
        this.known.add(from);
        return host.received(from, messages);
      },
      unreachable: (peer, ...rest) => {
        if (!this.known.has(peer)) host.unreachable(peer, ...rest);
      },
    };
  }
}

/** Who was out of reach once is never tried again. */
class Unforgiving extends Passing {
  private readonly dead = new Set<Address>();

  override send(to: Address, message: Message): void {
    if (!this.dead.has(to)) super.send(to, message);
  }

  protected override hostFor(host: TransportHost): TransportHost {
    return {
      ...host,
      unreachable: (peer, ...rest) => {
        this.dead.add(peer);
        host.unreachable(peer, ...rest);
      },
    };
  }
}

class DroppingAtClose extends Passing {
  override close(): Promise<void> {
    return super.close(0);
  }
}

/** Its line stays open: messages go out after the end. */
class SendingOn extends Passing {
  private isClosed = false;

  override send(to: Address, message: Message): void {
    if (this.isClosed) SendingOn.deliver(to, this.self, message);
    else super.send(to, message);
  }

  override close(withinMs: number): Promise<void> {
    this.isClosed = true;
    return super.close(withinMs);
  }

  protected override hostFor(host: TransportHost): TransportHost {
    SendingOn.hosts.set(this.self, host);
    return host;
  }

  private static readonly hosts = new Map<Address, TransportHost>();

  private static deliver(to: Address, from: Address, message: Message): void {
    setImmediate(() => SendingOn.hosts.get(to)?.received(from, [copyOf(message)]));
  }
}

/** The close is told to the host, as a connection that ends, when it has closed. */
class TellingOn extends Passing {
  private host: TransportHost | undefined;

  override async close(withinMs: number): Promise<void> {
    await super.close(withinMs);
    setImmediate(() => this.host?.closed('memory:1', 'closed'));
  }

  protected override hostFor(host: TransportHost): TransportHost {
    return (this.host = host);
  }
}

/** Waits for ever for a peer that it could not reach. */
class NeverClosing extends Passing {
  private hasFailed = false;

  override async close(withinMs: number): Promise<void> {
    await super.close(withinMs);
    if (withinMs > 0 && this.hasFailed) await new Promise(() => undefined);
  }

  protected override hostFor(host: TransportHost): TransportHost {
    return {
      ...host,
      unreachable: (...told) => {
        this.hasFailed = true;
        host.unreachable(...told);
      },
    };
  }
}

class Ticking extends Passing {
  private readonly ticking = setInterval(() => undefined, 1000);

  override async close(withinMs: number): Promise<void> {
    await super.close(withinMs);
    setTimeout(() => clearInterval(this.ticking), 3000).unref();
  }
}

/** Both ends in one cluster, whatever they are told. */
const Mixing = hearing(() => ({ cluster: 'any' }));

export interface WrongTransport {
  readonly breaks: string;
  readonly wrong: new (right: Transport) => Transport;
}

export const WRONG_TRANSPORTS: readonly WrongTransport[] = [
  { breaks: 'each transport has an address of its own, which is "host:port"', wrong: WithoutPort },
  {
    breaks: 'a message says who sent it',
    wrong: hearing((host, self) => ({ received: (_from, messages) => host.received(self(), messages) })),
  },
  {
    breaks: 'any JSON arrives as it was',
    wrong: hearing((host) => ({
      received: (from, messages) => {
        const text = JSON.stringify(messages).replaceAll('\\n', '');
        return host.received(from, JSON.parse(text) as unknown[]);
      },
    })),
  },
  { breaks: 'what arrives is a copy', wrong: SharingObjects },
  {
    breaks: 'a message of 60000 bytes arrives',
    wrong: sending((right, to, message) => {
      const { length } = JSON.stringify(message);
      if (length < 32_768 || length > 60_000) right.send(to, message);
    }),
  },
  {
    breaks: 'a message that is too large is reported as unsendable, or arrives',
    wrong: hearing(() => ({ unsendable: () => undefined })),
  },
  { breaks: 'all of many messages arrive, sent by several at once in both directions', wrong: Narrow },
  { breaks: 'messages arrive in order', wrong: Swapping },
  {
    breaks: 'no message arrives twice',
    wrong: hearing((host) => ({
      received: (from, messages) => host.received(from, [...messages, ...copyOf(messages)]),
    })),
  },
  { breaks: 'each message that leaves is told as sent, once', wrong: hearing(() => ({ sent: () => undefined })) },
  { breaks: 'nothing is told while send runs', wrong: ToldAtOnce() },
  { breaks: 'links are hints: messages arrive before, with and after one', wrong: LinkedForLife },
  { breaks: 'a peer that has closed is reported as unreachable', wrong: Trusting },
  {
    breaks: 'where nobody listens, that is reported as refused',
    wrong: hearing((host) => ({ unreachable: (peer, reason) => host.unreachable(peer, reason, false) })),
  },
  { breaks: 'a peer that comes back to its address is reached again', wrong: Unforgiving },
  { breaks: 'nodes of different clusters do not hear each other', wrong: Mixing },
  { breaks: 'close sends what waits', wrong: DroppingAtClose },
  { breaks: 'a closed transport sends nothing, and throws nothing', wrong: SendingOn },
  { breaks: 'a closed transport hears nothing, and tells nothing', wrong: TellingOn },
  { breaks: 'close ends in time, also when a peer is out of reach, and may be called twice', wrong: NeverClosing },
  { breaks: 'close leaves nothing that keeps a process alive', wrong: Ticking },
];

/** Each message is told as sent before it has gone. */
function ToldAtOnce(): new (right: Transport) => Transport {
  return class extends Passing {
    private host: TransportHost | undefined;

    override send(to: Address, message: Message): void {
      this.host?.sent(to, message);
      super.send(to, message);
    }

    override close(withinMs: number): Promise<void> {
      this.host = undefined;
      return super.close(withinMs);
    }

    protected override hostFor(host: TransportHost): TransportHost {
      this.host = host;
      return { ...host, sent: () => undefined };
    }
  };
}

/** Makes transports of a kind in one network. */
export function networkOf(wrong: WrongTransport['wrong']): (address?: Address) => Transport {
  const network = new MemoryNetwork();
  return (address) => new wrong(network.transport(address?.replace('/', ':')));
}
