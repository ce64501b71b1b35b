import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Bytes that went over the connections which others opened to this node, in both directions, HTTP's headers included and
 * TCP's not. A connection between two nodes has one such end: their sum over a network counts everything once.
 */
export class WireBytes {
  private ofClosed = 0;
  private readonly open = new Set<Socket>();

  /** Connections turned away. */
  refused = 0;

  /** Counts all that it takes, and turns away. */
  watchServer(server: Server): void {
    server.on('drop', () => this.refused++);
    server.on('connection', (socket) => this.watch(socket));
  }

  /** Counts it, from its first byte on. */
  watch(socket: Socket): void {
    if (this.open.has(socket)) return;
    this.open.add(socket);
    socket.once('close', () => {
      this.open.delete(socket);
      this.ofClosed += bytesOf(socket);
    });
  }

  /** Open just now. */
  get connections(): number {
    return this.open.size;
  }

  get total(): number {
    let total = this.ofClosed;
    for (const socket of this.open) total += bytesOf(socket);
    return total;
  }
}

function bytesOf({ bytesRead, bytesWritten }: Socket): number {
  return bytesRead + bytesWritten;
}
