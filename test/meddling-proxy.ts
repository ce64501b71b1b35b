/** Somebody between two nodes, who sees all that they say and may change it. */
import { createServer, connect, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** @returns what goes on in place of this chunk of what the side that opened the connection says */
export type Meddle = (chunk: Buffer, isLink: boolean) => readonly Buffer[];

export interface Meddler {
  meddle: Meddle | undefined;
  /** All that went by on its way to the node. */
  readonly heard: Buffer[];
}

/** Listens at `host:port`, and hands all on to `127.0.0.1:port`. A node there that advertises `host` is reached through it. */
export async function meddlingProxy(host: string, port: number): Promise<Meddler> {
  const meddler: Meddler = { meddle: undefined, heard: [] };
  const sockets = new Set<Socket>();
  const server: Server = createServer((from) => {
    const to = connect(port, '127.0.0.1');
    let isLink = false;
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.setNoDelay(true).on('error', () => undefined);
    }
    from.on('data', (chunk: Buffer) => {
      meddler.heard.push(chunk);
      isLink ||= chunk.includes('application/x-ndjson');
      for (const part of meddler.meddle?.(chunk, isLink) ?? [chunk]) to.write(part);
    });
    to.on('data', (chunk: Buffer) => from.write(chunk));
    from.on('close', () => to.destroy());
    to.on('close', () => from.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return meddler;
}
