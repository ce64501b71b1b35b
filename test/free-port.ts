/** Ports for processes that tests and benchmarks start. */
import { createServer } from 'node:net';

/** Below those that systems give to connections, or a connection of another node may have one by the time it is listened on. */
const [FIRST, LAST] = [10_240, 30_240];
/** Files of tests that run side by side take theirs each from a part of its own: what one is about to listen on, or waits on to be left, is no other's. */
const PARTS = 4;

/** A port that nobody listens on now; several in a row for a cluster. */
export async function freePort(inARow = 1): Promise<number> {
  const worker = process.env['VITEST_POOL_ID'];
  const size = worker === undefined ? LAST - FIRST : (LAST - FIRST) / PARTS;
  const from = FIRST + (Number(worker ?? 0) % PARTS) * size;
  for (;;) {
    const first = from + Math.floor(Math.random() * (size - inARow));
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
