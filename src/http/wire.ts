/** How requests travel between nodes: as they are, or within TLS (`mutual-tls.ts`). */
import {
  Agent,
  createServer,
  request,
  type AgentOptions,
  type ClientRequest,
  type RequestListener,
  type RequestOptions,
  type Server,
  type ServerOptions,
} from 'node:http';
import type { Destination } from './allowed-networks.ts';

/** A destination, or an address that is called wherever it leads. */
export type Where = Pick<Destination, 'url'> & Partial<Destination>;

export interface Wire {
  createServer(options: ServerOptions, answer: RequestListener): Server;
  /** For sockets that are kept. */
  createAgent(options: AgentOptions): Agent;
  request(where: Where, path: string, options: RequestOptions): ClientRequest;
}

export const PLAIN: Wire = {
  createServer: (options, answer) => createServer(options, answer),
  createAgent: (options) => new Agent(options),
  request: ({ url, lookup }, path, options) => request(url, { ...options, path, lookup }),
};
