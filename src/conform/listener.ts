/** A peer's port: a server of HTTP that ends with the run. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { joinAddress, type Address } from '../core/index.ts';

/** Where the peers of a run listen, and how the node reaches them. */
export interface Where {
  readonly node: Address;
  /** The interface that the peers listen on. */
  readonly host: string;
  /** The host part of the addresses that they announce. */
  readonly advertise: string;
}

export class Listener {
  private constructor(
    private readonly server: Server,
    readonly address: Address,
  ) {}

  /** @param port 0 takes any free one. @throws what listening throws, such as `EADDRINUSE` */
  static async open({ host, advertise }: Where, port: number, answer: RequestListener): Promise<Listener> {
    const server = createServer({ requestTimeout: 0 }, answer);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen({ host, port }, resolve);
    });
    const { port: taken } = server.address() as AddressInfo;
    return new Listener(server, joinAddress(advertise, taken));
  }

  /** At once: nobody listens there from now on, and every connection ends. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }
}
