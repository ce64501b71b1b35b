/** A contact may be given under any name that leads to it; what it calls itself is its address. */
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../test/free-port.ts';
import { eventually, nodesOfThisFile, portOf } from '../../test/support.ts';
import type { RunningNode } from './running-node.ts';

const start = nodesOfThisFile();
/** Beats often enough that each candidate is tried many times. */
const parameters = { heartbeatMs: 50, heartbeatMinMs: 50, shuffleMs: 80 };
const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

/** @returns whom it was linked to, whom it knew, and whom it asked, by the end of a second */
async function aSecondOf(node: RunningNode) {
  const asked = new Set<string>();
  const linked = new Set<string>(node.snapshot().peers);
  node.subscribe((event) => {
    if (event.type === 'sent') asked.add(event.to);
    if (event.type === 'peerUp') linked.add(event.peer);
  });
  await sleep(1000);
  return { linked, asked, known: [...node.snapshot().peers, ...node.snapshot().passive] };
}

describe('a seed under another name is one peer:', () => {
  const spellings: [string, string][] = [
    ['localhost', '127.0.0.1'],
    ['LocalHost', '127.0.0.1'],
    ['127.0.0.2', '0.0.0.0'],
  ];
  if (hasIPv6) spellings.push(['[0:0:0:0:0:0:0:1]', '::1'], ['[::1]', '::']);

  async function metAs(name: string, host: string) {
    const advertise = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : undefined;
    const seed = await start({ host, advertise, insecure: true, parameters });
    const node = await start({ join: [`${name}:${portOf(seed.self)}`], parameters });
    await eventually('a link', () => node.snapshot().peers.length > 0);
    return { seed: seed.self, node: node.self, ...(await aSecondOf(node)), peersOfSeed: seed.snapshot().peers };
  }

  const met = new Map<string, Awaited<ReturnType<typeof metAs>>>();
  // The same second does for all: each spelling has a network of its own.
  beforeAll(async () => {
    await Promise.all(spellings.map(async ([name, host]) => met.set(name, await metAs(name, host))));
  });

  test.each(spellings)('%s, where %s is listened on', (name) => {
    const { seed, node, linked, asked, known, peersOfSeed } = met.get(name)!;
    const only = new Set([seed]);
    expect({ linked, asked, known }).toEqual({ linked: only, asked: only, known: [seed] });
    expect(peersOfSeed).toEqual([node]);
  });
});

test('each of several contacts is known by its own name alone', async () => {
  const [one, other] = [await start({ parameters }), await start({ parameters })];
  const join = [one, other].map(({ self }) => `localhost:${portOf(self)}`);
  const node = await start({ join, parameters });
  await eventually('both', () => node.snapshot().peers.length === 2);
  const both = [one.self, other.self];
  const { linked, asked } = await aSecondOf(node);
  expect(new Set([...linked, ...asked])).toEqual(new Set(both));
  for (const address of node.snapshot().peers) expect(both).toContain(address);
});

test('a contact that turns out to be this node itself is no peer', async () => {
  const events: string[] = [];
  const port = await freePort();
  const node = await start({
    port,
    join: [`localhost:${port}`],
    parameters,
    observe: (_self, subscribe) => void subscribe(({ type }) => events.push(type)),
  });
  await sleep(300);
  expect(node.snapshot()).toMatchObject({ peers: [], passive: [] });
  expect(events.filter((type) => type === 'peerUp' || type === 'unreachable')).toEqual([]);
});

test('a contact that is not up yet is met under its own name, too', async () => {
  const port = await freePort();
  const node = await start({ join: [`localhost:${port}`], parameters: { ...parameters } });
  await eventually('a try in vain', () => node.counters.unreachable > 0);
  const seed = await start({ port, parameters });
  await eventually('a link', () => node.snapshot().peers.length > 0);
  expect((await aSecondOf(node)).linked).toEqual(new Set([seed.self]));
});
