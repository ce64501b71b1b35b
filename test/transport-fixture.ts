/** A transport whose host writes down what it is told, and peers that answer when they are told. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Address } from '../src/core/address.ts';
import type { Message, Rumor } from '../src/core/messages.ts';
import { HttpSender } from '../src/http/http-sender.ts';
import { MAX_BODY_BYTES } from '../src/http/limits.ts';
import type { LinkFaults } from '../src/http/link-faults.ts';
import { PLAIN } from '../src/http/wire.ts';

export const SELF = '127.0.0.1:9';
export const JOIN: Message = { type: 'join', request: 1 };
export const servers: Server[] = [];
const transports: HttpSender[] = [];

/** Asked for by each test that has any: test files share this one, and a hook of its own would be that of the first alone. */
function endAfterThisTest(): void {
  onTestFinished(async () => {
    await Promise.all(transports.splice(0).map((transport) => transport.close(0)));
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });
}

/** A peer that answers as told. */
export async function peer(listener: RequestListener): Promise<Address> {
  const server = createServer(listener);
  servers.push(server);
  endAfterThisTest();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A peer that answers when told, and what it was asked. */
export async function patientPeer() {
  const bodies: { from: Address; messages: Message[] }[] = [];
  const open: ServerResponse[] = [];
  const address = await peer((request: IncomingMessage, response) => {
    void json(request).then((body) => {
      bodies.push(body as { from: Address; messages: Message[] });
      open.push(response);
    });
  });
  const answer = (messages: unknown[] = []): void => void open.shift()?.end(JSON.stringify({ messages }));
  return { address, bodies, answer };
}

export function transport(faults?: LinkFaults) {
  const received: [Address, readonly unknown[]][] = [];
  const sent: [Address, Message][] = [];
  const unreachable: [Address, string][] = [];
  const refused: Address[] = [];
  const warnings: string[] = [];
  const host = {
    self: SELF,
    cluster: 'books',
    maxBodyBytes: MAX_BODY_BYTES,
    received: (from: Address, messages: readonly unknown[]) => received.push([from, messages]),
    sent: (to: Address, message: Message) => sent.push([to, message]),
    unreachable: (to: Address, reason: string, isRefused: boolean) => {
      unreachable.push([to, reason]);
      if (isRefused) refused.push(to);
    },
    named: () => undefined,
    unsendable: () => undefined,
    isPeer: () => false,
    wire: PLAIN,
    checkSpeaker: () => undefined,
    heard: () => undefined,
    opened: () => undefined,
    closed: () => undefined,
    warn: (text: string) => warnings.push(text),
  };
  const it = new HttpSender(host, () => faults);
  transports.push(it);
  endAfterThisTest();
  return { it, received, sent, unreachable, refused, warnings };
}

export function rumor(version: number, over: Partial<Rumor> = {}): Rumor {
  return { uuid: `u-${version}`, origin: '127.0.0.1:8', version, ttl: 3, ...over };
}
