/** Mutual TLS as somebody sets it up: an authority, certificates, processes. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { eventually } from '../support.ts';
import { dashboardOf, open, reachable } from './dashboard-process.ts';
import { gossip } from './real-network.ts';

let parent: string;
let folder: string;
let flags: string[];

async function done(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await gossip(...args).ended;
  expect([args, code, stderr]).toEqual([args, 0, '']);
  return stdout;
}

/** @returns status and body; without a certificate */
function ask(port: number, path: string, options: RequestOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const url = `https://127.0.0.1:${port}${path}`;
    const asked = request(url, { rejectUnauthorized: false, agent: false, ...options }, (response) => {
      void text(response).then((body) => resolve(`${response.statusCode} ${body}`));
    });
    asked.once('error', reject).end();
  });
}

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'gossip-tls-'));
  folder = join(parent, 'pki');
  const files = (name: string) => `${join(folder, `${name}.pem`)}\n${join(folder, `${name}-key.pem`)}\n`;
  expect(await done('keys', 'ca', 'new', folder)).toBe(files('ca'));
  expect(await done('keys', 'ca', 'cert', folder, '127.0.0.1', 'localhost', '--name', 'here')).toBe(files('here'));
  const [cert, key, ca] = ['here.pem', 'here-key.pem', 'ca.pem'].map((name) => join(folder, name));
  flags = ['--tls-cert', cert as string, '--tls-key', key as string, '--tls-ca', ca as string];
});

afterAll(() => rmSync(parent, { recursive: true }));

test('three nodes of a cluster agree over TLS, and a dashboard with a certificate watches them', async () => {
  const port = await freePort(3);
  const cluster = gossip('cluster', '-n', 3, '--base-port', port, '--resample-ms', 0, ...flags);
  await eventually('all know all', () => cluster.stdout.includes('all 3 nodes know all 3 favourites'), 30_000);
  expect(await ask(port, '/peers/')).toMatch(/^403 \{"error":"no client certificate/);
  const page = await open(await dashboardOf('--connect', port, ...flags));
  await eventually('all are reached', () => reachable(page).length === 3, 15_000);
  await cluster.kill('SIGINT');
});

test('a node may listen beyond loopback with it', async () => {
  const port = await freePort();
  const node = gossip('-p', port, '--host', '0.0.0.0', '--advertise', '127.0.0.1', '--no-tui', ...flags);
  await eventually(
    'it listens',
    () =>
      ask(port, '/health/').then(
        (said) => said.startsWith('200'),
        () => false,
      ),
    15_000,
  );
  expect((await node.kill('SIGTERM')).code).toBe(0);
});

describe('what is wrong is told in one line, with exit code 2', () => {
  test.each<[string, () => string[], RegExp]>([
    [
      'only one of three',
      () => flags.slice(0, 2),
      /^gossip: mutual TLS takes --tls-cert, --tls-key and --tls-ca together\n$/,
    ],
    [
      'a certificate for another host',
      () => ['--host', '127.0.0.2', ...flags],
      /^gossip: --tls-cert: it is for IP Address:127\.0\.0\.1, DNS:localhost, and not for 127\.0\.0\.2\n$/,
    ],
    [
      'of a cluster',
      () => ['cluster', ...flags.slice(0, 4), '--tls-ca', '/nowhere'],
      /^gossip: --tls-ca: cannot read \/nowhere: .*\n$/,
    ],
    [
      'of a dashboard',
      () => ['dashboard', '--connect', '7000', ...flags.slice(0, 4), '--tls-ca', '/nowhere'],
      /^gossip: --tls-ca: cannot read/,
    ],
    ['an authority that is there', () => ['keys', 'ca', 'new', folder], /^gossip: .*ca\.pem is there already: .*\n$/],
    [
      'no authority',
      () => ['keys', 'ca', 'cert', '/nowhere', 'a'],
      /^gossip: \/nowhere\/ca\.pem: there is no such file or folder\n$/,
    ],
    [
      'a host with a port',
      () => ['keys', 'ca', 'cert', folder, 'a:7000'],
      /Expected an IP address or a name, without a port\.\n$/,
    ],
    [
      'a name for files elsewhere',
      () => ['keys', 'ca', 'cert', folder, 'a', '--name', '../a'],
      /^gossip: --name \.\.\/a is no name for files\n$/,
    ],
  ])('%s', async (_name, args, line) => {
    const { code, stdout, stderr } = await gossip(...args()).ended;
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(line)]);
  });
});

test('keys are for their owner', () => {
  for (const name of ['ca-key.pem', 'here-key.pem']) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
  expect(existsSync(join(folder, 'here-key.pem.new'))).toBe(false);
});
