/** Ports for processes that tests and benchmarks start. */
import { createServer } from 'node:net';

/**
 * A port that nobody listens on now; several in a row for a cluster. Below those that systems give to connections, or
 * a connection of another node may have it by the time it is listened on.
 */
export async function freePort(inARow = 1): Promise<number> {
  for (;;) {
    const first = 10_240 + Math.floor(Math.random() * 20_000);
    const held = (await Promise.all(Array.from({ length: inARow }, (_, i) => listen(first + i)))).flat();
    await Promise.all(held.map(({ close }) => close()));
    if (held.length === inARow) return first;
  }
}

/** Takes a port, if it is free; 0: any. */
export function listen(port: number): Promise<{ port: number; close: () => Promise<void> }[]> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve([]));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address() as { port: number };
      const close = (): Promise<void> => new Promise((done) => server.close(() => done()));
      resolve([{ port: address.port, close }]);
    });
  });
}
