/** One node's place in the tests of a transport: its transport, with a host that writes down what it is told. */
import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address, Message } from '../core/index.ts';
import type { Transport, TransportHost } from '../http/transport.ts';

/** How long to look out for what must not happen. A guess: far above what a message takes within a machine. */
const QUIET_MS = 60;
const LOOK_EVERY_MS = 2;
/** Of transports that are closed when their test is over, and may be broken. */
const END_WITHIN_MS = 1000;

/** What tests send: a rumor, as the protocol sends most. Each has a key of its own, so that none replaces another. */
export interface TestMessage {
  readonly type: 'rumor';
  readonly uuid: string;
  readonly origin: Address;
  readonly version: number;
  readonly ttl: number;
  readonly key: string;
  readonly payload: unknown;
}

let made = 0;

export function messageOf(payload: unknown): Message & TestMessage {
  made++;
  const facts = { uuid: `uuid-${made}`, origin: 'origin.example:1', version: made, ttl: 3, key: `key-${made}` };
  return { type: 'rumor', ...facts, payload } as Message & TestMessage;
}

export function isSame(one: unknown, other: Message): boolean {
  return (one as TestMessage | undefined)?.uuid === (other as TestMessage).uuid;
}

export class Station {
  address: Address = '';
  readonly received: { readonly from: Address; readonly message: unknown }[] = [];
  readonly sent: Message[] = [];
  readonly unsendable: Message[] = [];
  readonly unreachable: { readonly peer: Address; readonly refused: boolean }[] = [];
  /** What the host was told while the transport was being told to send. */
  readonly tooEarly: string[] = [];
  /** Of everything that the host was told. */
  told = 0;
  private readonly links = new Set<Address>();
  private isSending = false;
  private hasEnded = false;

  constructor(
    readonly transport: Transport,
    readonly withinMs: number,
    private readonly cluster = 'transport-tests',
  ) {}

  async begin(): Promise<void> {
    this.address = await this.transport.open();
    await this.transport.start(this.host());
  }

  /** Closes it, unless the test has done so. */
  async end(): Promise<void> {
    if (!this.hasEnded) await Promise.race([this.close(0), sleep(END_WITHIN_MS, undefined, { ref: false })]);
  }

  close(withinMs: number): Promise<void> {
    this.hasEnded = true;
    return this.transport.close(withinMs);
  }

  send(to: Station | Address, ...messages: readonly Message[]): void {
    this.isSending = true;
    try {
      for (const message of messages) this.transport.send(typeof to === 'string' ? to : to.address, message);
    } finally {
      this.isSending = false;
    }
  }

  link({ address }: Station): void {
    this.links.add(address);
    this.transport.linked?.(address);
  }

  unlink({ address }: Station): void {
    this.links.delete(address);
    this.transport.unlinked?.(address);
  }

  has(message: Message): boolean {
    return this.received.some((received) => isSame(received.message, message));
  }

  /** Waits until all of these are here. */
  async hears(...messages: readonly Message[]): Promise<void> {
    const arrived = (): number => messages.filter((message) => this.has(message)).length;
    await this.within('', () => arrived() === messages.length).catch(() => {
      assert.fail(`${arrived()} of ${messages.length} messages arrived within ${this.withinMs} ms`);
    });
  }

  async within(what: string, ask: () => boolean): Promise<void> {
    for (const deadline = Date.now() + this.withinMs; !ask(); await sleep(LOOK_EVERY_MS)) {
      if (Date.now() > deadline) assert.fail(`${what}, not within ${this.withinMs} ms`);
    }
  }

  private host(): TransportHost {
    const note = (what: string): void => {
      this.told++;
      if (this.isSending) this.tooEarly.push(what);
    };
    return {
      cluster: this.cluster,
      isPeer: (address) => this.links.has(address),
      received: (from, messages) => {
        note('received');
        for (const message of messages) this.received.push({ from, message });
        return [];
      },
      sent: (_to, message) => {
        note('sent');
        this.sent.push(message);
      },
      unsendable: (_to, message) => {
        note('unsendable');
        this.unsendable.push(message);
      },
      unreachable: (peer, _reason, refused) => {
        note('unreachable');
        this.unreachable.push({ peer, refused });
      },
      named: () => note('named'),
      opened: () => note('opened'),
      closed: () => note('closed'),
      refused: () => note('refused'),
      warn: () => note('warn'),
    };
  }
}

/** Long enough for anything that would happen. */
export function quiet(): Promise<void> {
  return sleep(QUIET_MS);
}
