/** The built page on a port of its own, as strictly as any host would serve it; with a feed of given messages, or none. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sirv from 'sirv';
import type { FeedMessage } from '../../src/dashboard/feed.ts';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; worker-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface PageServer {
  readonly url: string;
  /** Tells all open pages. */
  tell(message: FeedMessage): void;
  /** Ends all feeds, as a server that goes away does. */
  hangUp(): void;
  close(): Promise<void>;
}

/** @param greeting told to each page first; without it there is no feed */
export async function servePage(greeting?: () => readonly FeedMessage[]): Promise<PageServer> {
  const files = sirv('dist/dashboard', { etag: true });
  const pages = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    response.setHeader('content-security-policy', POLICY);
    if (request.url === '/feed' && greeting !== undefined) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      pages.add(response);
      response.on('close', () => pages.delete(response));
      for (const message of greeting()) write(response, message);
      return;
    }
    files(request, response, () => response.writeHead(404).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    tell: (message) => pages.forEach((page) => write(page, message)),
    hangUp: () => pages.forEach((page) => page.destroy()),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function write(response: ServerResponse, message: FeedMessage): void {
  response.write(`data: ${JSON.stringify(message)}\n\n`);
}
