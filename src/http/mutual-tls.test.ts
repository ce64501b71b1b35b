import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { request as plainRequest, type IncomingMessage } from 'node:http';
import { Agent, request, type RequestOptions } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { testAuthority } from '../../test/authority.ts';
import { eventually, nodesOfThisFile, portOf } from '../../test/support.ts';
import { MutualTls } from './mutual-tls.ts';
import type { RunningNode } from './running-node.ts';

const start = nodesOfThisFile();
const HERE = ['127.0.0.1', 'localhost'];
const JSON_TYPE = { 'content-type': 'application/json' };

interface Asked extends RequestOptions {
  readonly body?: string;
}

/** Over a connection of its own, unless it has an agent. */
async function ask(node: RunningNode, path: string, { body, ...options }: Asked) {
  const asked = request(`https://${node.self}${path}`, { agent: false, rejectUnauthorized: false, ...options });
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const said = await text(response);
  const { error } = (said.startsWith('{') ? JSON.parse(said) : {}) as { error?: unknown };
  return { status: response.statusCode, error };
}

const envelope = (from: string) => ({
  method: 'POST',
  headers: JSON_TYPE,
  body: JSON.stringify({ from, messages: [{ type: 'ping', request: 1 }] }),
});

describe('nodes with certificates of one authority', () => {
  test('find each other, stream, and come to know all', async () => {
    const { certify } = await testAuthority();
    const seed = await start({ tls: await certify(HERE) });
    const nodes = [seed];
    for (let i = 0; i < 2; i++) nodes.push(await start({ tls: await certify(HERE), join: [seed.self] }));
    const opened = nodes.map((node) => {
      const links = new Set<string>();
      node.subscribe((event) => event.type === 'linkOpened' && links.add(event.peer));
      return links;
    });
    nodes.forEach((node, i) => node.publish(`news ${i}`));
    await eventually('all know all', () => nodes.every((node) => node.snapshot().records.length === 3));
    await eventually('streams', () => opened.every((links) => links.size > 0));
    expect(nodes.map(({ counters }) => counters.unreachable)).toEqual([0, 0, 0]);
    expect(seed.bytesOnTheWire).toBeGreaterThan(5000);
  });

  test('find each other with PEM in place of files, and by a name in the certificate', async () => {
    const { certify, ca } = await testAuthority();
    const { cert, key } = await certify(HERE);
    const tls = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8'), ca };
    const seed = await start({ tls, advertise: 'localhost' });
    const node = await start({ tls, join: [seed.self] });
    await eventually('a link', () => node.snapshot().peers.length === 1);
    expect(node.snapshot().peers).toEqual([`localhost:${portOf(seed.self)}`]);
  });
});

describe('a node with a certificate', () => {
  test('refuses who shows none, or one of another authority, from whatever is for members', async () => {
    const { certify } = await testAuthority();
    const node = await start({ tls: await certify(HERE) });
    const other = await (await testAuthority()).certify(HERE);
    const foreign = { cert: readFileSync(other.cert), key: readFileSync(other.key) };
    const from = '127.0.0.1:9';
    for (const [shown, reason] of [
      [{}, /^no client certificate/],
      [foreign, /^the client certificate is not accepted: /],
    ] as const) {
      for (const path of ['/peers/', '/gossip/']) {
        const posted = path === '/gossip/' ? envelope(from) : {};
        const { status, error } = await ask(node, path, { ...shown, ...posted });
        expect([path, status, error]).toEqual([path, 403, expect.stringMatching(reason)]);
      }
      const ndjson = { method: 'POST', headers: { 'content-type': 'application/x-ndjson' } };
      expect(
        (await ask(node, '/gossip/', { ...shown, ...ndjson, body: `{"protocol":1,"from":"${from}","features":[]}\n` }))
          .status,
      ).toBe(403);
      // What is for this machine as well is for whoever is at it; not through a proxy.
      const proxied = { headers: { 'x-forwarded-for': '10.0.0.9' } };
      for (const path of ['/state/', '/metrics', '/events/']) {
        expect((await ask(node, path, { ...shown, ...proxied })).status).toBe(403);
      }
      expect((await ask(node, '/state/', shown)).status).toBe(200);
      expect((await ask(node, '/health/', { ...shown, ...proxied })).status).toBe(200);
    }
    expect(node.snapshot().peers).toEqual([]);
  });

  test('refuses a resumed session without a certificate, which Node takes for authorized', async () => {
    const { certify } = await testAuthority();
    const node = await start({ tls: await certify(HERE) });
    const options = { port: portOf(node.self), host: '127.0.0.1', rejectUnauthorized: false };
    const asking = 'GET /peers/ HTTP/1.1\r\nhost: a\r\n\r\n';
    const session = await new Promise<Buffer>((resolve) => {
      const first: TLSSocket = connect(options, () => first.write(asking));
      first.once('session', (ticket) => {
        first.destroy();
        resolve(ticket);
      });
    });
    const answer = await new Promise<string>((resolve, reject) => {
      const second: TLSSocket = connect({ ...options, session }, () => {
        if (!second.isSessionReused()) reject(new Error('not resumed: this shows nothing'));
        second.write(asking);
      });
      second.once('data', (said: Buffer) => {
        second.destroy();
        resolve(said.toString());
      });
    });
    expect(answer).toMatch(/^HTTP\/1\.1 403 .*no client certificate/s);
  });

  test('takes a member’s word for the hosts in its certificate, and for no other', async () => {
    const { certify } = await testAuthority();
    const node = await start({ tls: await certify(HERE), allow: ['0.0.0.0/0', '::/0'] });
    const files = await certify(['10.0.0.9', '*.nodes.example', '::1']);
    const agent = new Agent({
      keepAlive: true,
      cert: readFileSync(files.cert),
      key: readFileSync(files.key),
      rejectUnauthorized: false,
    });
    for (const [from, status] of [
      ['10.0.0.9:7000', 200],
      ['10.0.0.9:1', 200],
      ['10.0.0.8:7000', 403],
      ['a.nodes.example:7000', 200],
      ['nodes.example:7000', 403],
      ['[::1]:7000', 200],
      ['127.0.0.1:7000', 403],
      ['10.0.0.9:7000', 200],
    ] as const) {
      const answer = await ask(node, '/gossip/', { agent, ...envelope(from) });
      expect([from, answer.status]).toEqual([from, status]);
      if (status === 403)
        expect(answer.error).toMatch(/^from: the client certificate is for IP Address:10\.0\.0\.9.*, and not for /);
    }
    const bare = JSON.stringify({ uuid: 'u', origin: '10.0.0.8:1', version: 1, ttl: 1, payload: { book: 'Emma' } });
    const told = await ask(node, '/gossip/', { agent, method: 'POST', headers: JSON_TYPE, body: bare });
    expect([told.status, told.error, node.snapshot().records]).toEqual([403, expect.stringMatching(/certificate/), []]);
    agent.destroy();
  });

  test('is not joined by a node of another authority, nor joins it, and both say why', async () => {
    const [ours, theirs] = [await testAuthority(), await testAuthority()];
    const warnings: string[] = [];
    const warn = (warning: string) => warnings.push(warning);
    const seed = await start({ tls: await ours.certify(HERE) });
    const unreachable: string[] = [];
    const outsider = await start({ tls: await theirs.certify(HERE), join: [seed.self] });
    outsider.subscribe((event) => event.type === 'unreachable' && unreachable.push(event.reason));
    await eventually('it fails', () => outsider.counters.unreachable > 0);
    // It trusts the other authority, but has no certificate of it.
    const { cert, key } = await theirs.certify(HERE);
    const ca = ours.ca + theirs.ca;
    const refused = await start({
      tls: { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8'), ca },
      join: [seed.self],
      warn,
    });
    await eventually('it is told why', () => warnings.length > 0);
    expect(warnings[0]).toMatch(/^127\.0\.0\.1:\d+ refuses this node: the client certificate is not accepted: /);
    expect([seed, outsider, refused].map((node) => node.snapshot().peers)).toEqual([[], [], []]);
  });

  test('answers plain HTTP by saying what it speaks, and garbage by nothing, and goes on', async () => {
    const { certify } = await testAuthority();
    const warnings: string[] = [];
    const node = await start({ tls: await certify(HERE) });
    const plain = await start({ join: [node.self], warn: (warning) => warnings.push(warning) });
    const answer = await new Promise<string>((resolve, reject) => {
      const asked = plainRequest(`http://${node.self}/state/`, { agent: false }, (response) => {
        void text(response).then((said) => resolve(`${response.statusCode} ${said}`));
      });
      asked.once('error', reject).end();
    });
    expect(answer).toMatch(/^400 \{"error":"this port speaks TLS: ask by https/);
    await eventually('a plain node does not reach it', () => plain.counters.unreachable > 0);
    const late = await start({ tls: await certify(HERE), join: [plain.self] });
    const reasons: string[] = [];
    late.subscribe((event) => event.type === 'unreachable' && reasons.push(event.reason));
    await eventually('nor does it reach a plain one', () => reasons.length > 0);
    expect(reasons[0]).toBe('it does not speak TLS as this node does');
    const garbage = connectPlain(portOf(node.self), '127.0.0.1', () => garbage.write('hello\r\n\r\n'));
    garbage.on('error', () => undefined).resume();
    await once(garbage, 'close');
    expect((await ask(node, '/health/', {})).status).toBe(200);
  });

  test('is refused below TLS 1.3', async () => {
    const { certify } = await testAuthority();
    const node = await start({ tls: await certify(HERE) });
    await expect(ask(node, '/health/', { maxVersion: 'TLSv1.2' })).rejects.toThrow(
      /protocol version|PROTOCOL_VERSION/i,
    );
  });
});

test('a certificate that is replaced is used by connections from then on, without a restart', async () => {
  const { certify } = await testAuthority();
  const warnings: string[] = [];
  const files = await certify(HERE, 'node');
  const tls = new MutualTls(files, '127.0.0.1', (warning) => warnings.push(warning), 20);
  tls.watchFiles();
  // Of its client and its own.
  const server = tls.createServer({}, ({ socket }, response) => {
    const both = [(socket as TLSSocket).getPeerX509Certificate(), (socket as TLSSocket).getX509Certificate()];
    response.end(JSON.stringify(both.map((certificate) => certificate?.serialNumber)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const agent = tls.createAgent({ keepAlive: true });
  const shown = async (options: object): Promise<string[]> => {
    const asked = tls.request({ url: new URL(`http://127.0.0.1:${port}`) }, '/', options).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return JSON.parse(await text(response)) as string[];
  };
  const [before] = await shown({ agent });
  expect(before).toMatch(/^[0-9A-F]{32}$/);
  for (const options of [{ agent }, { agent: false }]) expect(await shown(options)).toEqual([before, before]);

  writeFileSync(files.cert, 'half a certi');
  await eventually('a warning', () => warnings.length > 0);
  expect(warnings[0]).toMatch(/^tls\.cert: .* has no certificate in PEM; what was read before stays in use$/);
  await certify(HERE, 'node');
  const after = await eventually('the new one', async () => {
    const now = await shown({ agent });
    return now[0] !== before && now;
  });
  expect(after[1]).toBe(after[0]);
  expect(await shown({ agent: false })).toEqual(after);
  agent.destroy();
  server.closeAllConnections();
  server.close();
  tls.close();
});
