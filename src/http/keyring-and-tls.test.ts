/** Nodes that have both a keyring and certificates: a member satisfies both. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { testAuthority } from '../../test/authority.ts';
import { eventually, nodesOfThisFile } from '../../test/support.ts';
import { newKeyText } from '../keyring/cluster-key.ts';
import { KeyringGuard } from './keyring-guard.ts';
import type { RunningNode } from './running-node.ts';

const startNode = nodesOfThisFile();
const HERE = ['127.0.0.1'];

interface Asked {
  readonly shown?: { readonly cert: Buffer; readonly key: Buffer };
  readonly headers: OutgoingHttpHeaders;
}

async function askPeers(node: RunningNode, { shown = {} as never, headers }: Asked) {
  const asked = request(`https://${node.self}/peers/`, { agent: false, rejectUnauthorized: false, ...shown, headers });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, text: await text(response) };
}

describe('nodes with a keyring and certificates', () => {
  test('agree, over links that stream; one that has only the one or the other stays outside', async () => {
    const { certify } = await testAuthority();
    const keyring = { keys: [newKeyText()] };
    const tls = await certify(HERE);
    const seed = await startNode({ keyring, tls });
    const nodes = [seed, await startNode({ keyring, tls, join: [seed.self] })];
    const outside = { join: [seed.self], warn: () => undefined };
    const outsiders = [await startNode({ keyring, ...outside }), await startNode({ tls, ...outside })];
    const links = nodes.map((node) => {
      const opened = new Set<string>();
      node.subscribe((event) => event.type === 'linkOpened' && opened.add(event.peer));
      return opened;
    });
    const isRefused = outsiders.map((outsider) => {
      let count = 0;
      outsider.subscribe(({ type }) => (count += type === 'unreachable' ? 1 : 0));
      return () => count > 0;
    });
    [...nodes, ...outsiders].forEach((node, i) => node.publish({ book: `Book ${i}` }));
    await eventually('both know both', () => nodes.every((node) => node.snapshot().records.length === 2));
    await eventually('a stream', () => links.every((opened) => opened.size > 0));
    await eventually('the others are refused', () => isRefused.every((is) => is()));
    for (const outsider of outsiders) {
      expect(outsider.snapshot().records.map(({ origin }) => origin)).toEqual([outsider.self]);
      for (const node of nodes) expect(node.record(outsider.self)).toBeUndefined();
    }
  });

  test('answer 403 without a certificate and 401 without a signature; a request without a certificate uses up no nonce', async () => {
    const { certify } = await testAuthority();
    const files = await certify(HERE);
    const keyring = { keys: [newKeyText()] };
    const node = await startNode({ keyring, tls: files });
    const shown = { cert: readFileSync(files.cert), key: readFileSync(files.key) };
    const guard = new KeyringGuard(keyring, { self: () => '127.0.0.1:9', isEncrypted: true });
    const { headers } = guard.request('GET', node.self, '/peers/', '');
    const bare = await askPeers(node, { headers });
    expect([bare.status, bare.text]).toEqual([403, expect.stringContaining('no client certificate')]);
    expect(bare.headers.signature).toBeUndefined();
    expect((await askPeers(node, { shown, headers: {} })).status).toBe(401);
    const both = await askPeers(node, { shown, headers });
    expect(both.status).toBe(200);
    expect(both.headers.signature).toMatch(/^gossip=/);
    expect((await askPeers(node, { shown, headers })).text).toContain('taken before');
  });
});
