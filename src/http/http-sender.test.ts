import type { RequestListener, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { eventually, nodesOfThisFile } from '../../test/support.ts';
import { JOIN, patientPeer, peer, rumor, SELF, servers, transport } from '../../test/transport-fixture.ts';
import type { Address } from '../core/address.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import type { Fate, LinkFaults } from './link-faults.ts';

const start = nodesOfThisFile();

describe('sending', () => {
  test('one request is in flight per peer, and the next takes all that waited', async () => {
    const { it, sent } = transport();
    const { address, bodies, answer } = await patientPeer();
    it.send(address, JOIN);
    await eventually('the first request', () => bodies.length === 1);
    for (const version of [1, 2, 3]) it.send(address, rumor(version));
    it.send(address, { type: 'disconnect' });
    expect(it.waiting).toBe(2);
    answer();
    await eventually('the second request', () => bodies.length === 2);
    answer();
    const token = expect.stringMatching(/^[\w-]{16}$/) as string;
    expect(bodies).toEqual([
      { from: SELF, cluster: 'books', token, messages: [JOIN] },
      { from: SELF, cluster: 'books', token, messages: [rumor(3), { type: 'disconnect' }] },
    ]);
    expect(sent.map(([to]) => to)).toEqual([address, address, address]);
    expect(it.waiting).toBe(0);
  });

  test('a slow peer does not hold up another', async () => {
    const { it } = transport();
    const [slow, quick] = [await patientPeer(), await patientPeer()];
    it.send(slow.address, JOIN);
    it.send(quick.address, JOIN);
    await eventually('both', () => slow.bodies.length === 1 && quick.bodies.length === 1);
  });

  test('no request is larger than a node accepts', async () => {
    const { it } = transport();
    const { address, bodies, answer } = await patientPeer();
    it.send(address, JOIN);
    await eventually('the first request', () => bodies.length === 1);
    for (let i = 0; i < 40; i++)
      it.send(address, rumor(1, { origin: `127.0.0.1:${i + 1}`, payload: 'é'.repeat(4000) }));
    await eventually('all is sent', () => (answer(), it.waiting === 0));
    await eventually('all has come', () => (answer(), bodies.flatMap(({ messages }) => messages).length === 41));
    for (const body of bodies) expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(MAX_BODY_BYTES);
  });

  test('a reply’s messages are handed on with who sent them', async () => {
    const { it, received } = transport();
    const { address, bodies, answer } = await patientPeer();
    it.send(address, JOIN);
    await eventually('a request', () => bodies.length === 1);
    answer([{ type: 'neighborReply', accepted: true, request: 1 }, 'nonsense']);
    await eventually('a reply', () => received.length === 1);
    expect(received).toEqual([[address, [{ type: 'neighborReply', accepted: true, request: 1 }, 'nonsense']]]);
  });

  test('getPeers asks GET /peers/ and hands on the answer as from the name that the contact gives itself', async () => {
    const { it, received } = transport();
    const address = await peer((request, response) => {
      expect([request.method, request.url]).toEqual(['GET', '/peers/']);
      response.end(JSON.stringify({ self: 'myself:1', peers: ['127.0.0.1:7'] }));
    });
    it.send(address, { type: 'getPeers' });
    await eventually('peers', () => received.length === 1);
    expect(received).toEqual([['myself:1', [{ type: 'peers', peers: ['127.0.0.1:7'] }]]]);
  });

  test('is over once closed', async () => {
    const { it, unreachable } = transport();
    const { address, bodies } = await patientPeer();
    it.send(address, JOIN);
    await eventually('a request', () => bodies.length === 1);
    await it.close(20);
    it.send(address, JOIN);
    expect([bodies.length, unreachable]).toEqual([1, []]);
  });

  test('a channel is opened for a newcomer even when all others are busy', async () => {
    const { it, unreachable } = transport();
    const busy = await Promise.all(Array.from({ length: 66 }, patientPeer));
    for (const { address } of busy) it.send(address, JOIN);
    await eventually('all are asked', () => busy.every(({ bodies }) => bodies.length === 1));
    expect(unreachable).toEqual([]);
  });
});

describe('made-up addresses', () => {
  test('open a bounded number of channels, and none of them stays', async () => {
    const { it, unreachable } = transport();
    const port = (await peer(() => undefined)).split(':')[1]; // Listens on 127.0.0.1 alone.
    for (let i = 0; i < 2000; i++) it.send(`127.1.${i >> 8}.${i & 255}:${port}`, JOIN);
    await eventually('all are given up', () => unreachable.length === 2000);
    const tooMany = unreachable.filter(([, reason]) => reason === 'too many sends under way');
    expect(tooMany).toHaveLength(2000 - 512);
    expect((it as unknown as { channels: Map<Address, unknown> }).channels.size).toBeLessThanOrEqual(64);
  });
});

describe('a kept-alive socket', () => {
  test.each(['closed', 'reset'])('that the peer has %s is replaced, unnoticed', async (how) => {
    const { it, received, unreachable } = transport();
    let requests = 0;
    const address = await peer((request, response) => {
      request.resume().on('end', () => {
        if (++requests !== 2) return response.end('{"messages":[]}');
        return how === 'reset' ? request.socket.resetAndDestroy() : request.socket.destroy();
      });
    });
    it.send(address, JOIN);
    await eventually('the first answer', () => received.length === 1);
    it.send(address, JOIN);
    await eventually('the second answer', () => received.length === 2);
    expect([requests, unreachable]).toEqual([3, []]);
  });

  test('that the peer closes every time makes it unreachable after one more try', async () => {
    const { it, unreachable } = transport();
    let requests = 0;
    const address = await peer((request) => {
      requests++;
      request.socket.destroy();
    });
    it.send(address, JOIN);
    await eventually('giving up', () => unreachable.length === 1);
    expect([requests, unreachable]).toEqual([2, [[address, 'ECONNRESET']]]);
  });
});

describe('unreachable is', () => {
  test('a port where nobody listens; what waited is thrown away', async () => {
    const { it, unreachable } = transport();
    const address = await peer(() => undefined);
    servers.pop()?.close();
    it.send(address, JOIN);
    it.send(address, rumor(1));
    await eventually('refusal', () => unreachable.length === 1);
    expect([unreachable, it.waiting]).toEqual([[[address, 'ECONNREFUSED']], 0]);
  });

  test.each(['127.0.0.1:70000', '1.2.3.4.5:80', '[:::::]:80'])('the impossible address %s', async (address) => {
    const { it, unreachable } = transport();
    it.send(address, JOIN);
    it.send(address, { type: 'getPeers' });
    expect(unreachable).toEqual([]);
    await eventually('both', () => unreachable.length === 2);
  });

  test.each<[string, RequestListener]>([
    ['no JSON', (_, response) => response.end('<html>')],
    [
      'half a body',
      (_, response) => {
        response.writeHead(200, { 'content-length': 99 }).write('{"mess', () => response.destroy());
      },
    ],
    ['more than 64 KiB', (_, response) => response.end(JSON.stringify({ messages: ['x'.repeat(MAX_BODY_BYTES)] }))],
    ['an endless body', (_, response) => void (response.on('error', () => undefined), flood(response))],
    ['a redirect', (_, response) => response.writeHead(302, { location: '/elsewhere' }).end()],
    ['a fault', (_, response) => response.writeHead(500).end('{"messages":[]}')],
    ['no HTTP', (_, response) => response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n')],
  ])('a peer that answers with %s', async (_name, listener) => {
    const { it, received, unreachable } = transport();
    const address = await peer(listener);
    it.send(address, JOIN);
    await eventually('giving up', () => unreachable.length === 1);
    it.send(address, { type: 'getPeers' });
    await eventually('giving up again', () => unreachable.length === 2);
    expect(received).toEqual([]);
  });

  test('a port where another program answers: as if refused', async () => {
    const { it, refused } = transport();
    const address = await peer((_, response) => response.end('{}'));
    it.send(address, JOIN);
    it.send(address, { type: 'getPeers' });
    await eventually('giving up twice', () => refused.length === 2);
  });

  test.each([400, 413])('not a peer that refuses what we say (%s): it may speak an older dialect', async (status) => {
    const { it, unreachable } = transport();
    let requests = 0;
    const address = await peer((_, response) => {
      requests++;
      response.writeHead(status).end('{"error":"no"}');
    });
    it.send(address, JOIN);
    await eventually('the first', () => requests === 1);
    it.send(address, JOIN);
    await eventually('the second', () => requests === 2);
    expect(unreachable).toEqual([]);
  });

  test('a peer that does not answer, or one byte at a time, after four seconds', async () => {
    const { it, unreachable } = transport();
    const silent = await peer(() => undefined);
    const slow = await peer((_, response) => {
      const timer = setInterval(() => response.write(' '), 100);
      response.on('close', () => clearInterval(timer));
    });
    it.send(silent, JOIN);
    it.send(slow, JOIN);
    await eventually('giving up', () => unreachable.length === 2, 12_000);
    expect(unreachable.map(([, reason]) => reason)).toEqual(['took too long', 'took too long']);
  }, 15_000);
});

describe('a hostile peer', () => {
  test.each<[string, string]>([['1001 messages', JSON.stringify({ messages: new Array(1001).fill(0) })]])(
    'that answers with %s is not listened to',
    async (_name, text) => {
      const { it, received, unreachable } = transport();
      let requests = 0;
      const address = await peer((_, response) => (requests++, response.end(text)));
      it.send(address, JOIN);
      await eventually('an answer', () => requests === 1 && !it.waiting);
      it.send(address, rumor(1));
      await eventually('another', () => requests === 2);
      expect([received, unreachable]).toEqual([[], []]);
    },
  );

  test('changes nothing of the node that asked it', async () => {
    const bad = [
      null,
      7,
      { type: 'fly' },
      { type: [[]] },
      { ...rumor(0) },
      ...new Array<object>(50).fill({ type: 'peers' }),
    ];
    const deep = `{"type":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    const messages = `${bad.map((value) => JSON.stringify(value)).join()},${deep},${JSON.stringify(rumor(1))}`;
    const address = await peer((request, response) => {
      const isPeers = request.method === 'GET';
      const self = request.headers.host as Address;
      response.end(isPeers ? JSON.stringify({ self, peers: ['1.2.3.4.5:6'] }) : `{"messages":[${messages}]}`);
    });
    const node = await start({ join: [address] });
    await eventually('its one good message', () => node.snapshot().records.length === 1);
    await eventually('all else is refused', () => node.counters.refused >= bad.length + 1);
    expect(node.snapshot().peers).toEqual([]);
  });
});

function flood(response: ServerResponse): void {
  response.write(' '.repeat(20_000));
  if (!response.destroyed) setImmediate(() => flood(response));
}

describe('with faults on its links', () => {
  /** Each message meets the next of these fates. */
  function faultsOf(fates: Fate[], lost: string[], failedSendsAreReported = true): LinkFaults {
    return {
      fateOf: () => fates.shift() ?? [0],
      isCutOff: () => false,
      lost: (_to, reason) => lost.push(reason),
      failedSendsAreReported,
    };
  }

  test('a message is lost, comes late or comes twice, and is sent once all the same', async () => {
    const bodies: { messages: { version: number }[] }[] = [];
    const address = await peer((request, response) => {
      void json(request).then((body) => {
        bodies.push(body as (typeof bodies)[0]);
        response.end('{"messages":[]}');
      });
    });
    const lost: string[] = [];
    const { it, sent } = transport(faultsOf([[], [30, 60], [0]], lost));
    for (let version = 1; version <= 3; version++) it.send(address, rumor(version));
    await eventually('two copies of the second', () => bodies.length === 3);
    expect(bodies.flatMap(({ messages }) => messages.map(({ version }) => version))).toEqual([3, 2, 2]);
    expect(lost).toEqual(['loss']);
    expect(sent.filter(([, message]) => 'version' in message && message.version === 1)).toHaveLength(1);
  });

  test('nobody answers from behind a partition', async () => {
    const address = await peer((_request, response) => response.end('{"messages":[]}'));
    const lost: string[] = [];
    const { it, unreachable } = transport(faultsOf(['cutOff'], lost));
    const asked = performance.now();
    it.send(address, JOIN);
    expect(lost).toEqual(['partition']);
    await eventually('it is given up', () => unreachable.length > 0, 6000);
    expect(performance.now() - asked).toBeGreaterThan(3900);
    expect(unreachable).toEqual([[address, 'cut off']]);
  });

  test('nobody is told of failures where nobody is to be', async () => {
    const { it, unreachable } = transport(faultsOf([], [], false));
    it.send('127.0.0.1:1', JOIN);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(unreachable).toEqual([]);
  });
});
