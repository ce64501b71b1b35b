import type { Server } from 'node:http';
import { monotonicMs } from './clock.ts';
import { MAX_CONNECTIONS } from './limits.ts';

/** Idle connections are closed for the sake of a newcomer at most so often. A guess. */
const MAKE_ROOM_EVERY_MS = 1000;

/**
 * Takes only so many connections at one time. The newcomer beyond is turned away, and those that nobody uses just now make room
 * for the next: a peer opens another when it has something to say.
 */
export function boundConnections(server: Server, most = MAX_CONNECTIONS): void {
  let madeRoomAt = -Infinity;
  server.maxConnections = most;
  server.on('drop', () => {
    if (monotonicMs() - madeRoomAt < MAKE_ROOM_EVERY_MS) return;
    madeRoomAt = monotonicMs();
    server.closeIdleConnections();
  });
}
