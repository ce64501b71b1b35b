import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RunEvent } from '../../trace/trace-event.ts';
import type { Address } from '../../trace/views.ts';
import type { NodeGateway, StreamListener } from './node-client.ts';
import { Observer, type ObserverOptions } from './observer.ts';
import type { FeedItem } from './served-network.ts';

const at = (port: number, host = '127.0.0.1'): Address => `${host}:${port}`;

/** Nodes as the observer reaches them: what each says of itself, and the stream to whoever follows it. */
class FakeNetwork implements NodeGateway {
  readonly nodes = new Map<Address, { self: Address; peers: Address[]; records: object[] }>();
  readonly streams = new Map<Address, StreamListener>();
  readonly asked: string[] = [];
  readonly favorites: string[] = [];
  connecting = 0;
  mostConnecting = 0;
  whileAnswering: (() => void) | undefined;

  add(address: Address, peers: readonly Address[] = [], self = address, records: object[] = []): void {
    this.nodes.set(address, { self, peers: [...peers], records });
  }

  async get(address: Address, path: string): Promise<string> {
    this.asked.push(`${address}${path}`);
    this.whileAnswering?.();
    await Promise.resolve();
    const node = this.nodes.get(address);
    if (node === undefined) throw new Error('it does not answer');
    const { self, peers, records } = node;
    return JSON.stringify(path === '/peers/' ? { self, peers } : { self, version: 1, records });
  }

  async follow(address: Address, listener: StreamListener): Promise<() => void> {
    this.asked.push(address);
    this.mostConnecting = Math.max(this.mostConnecting, ++this.connecting);
    await new Promise((resolve) => setTimeout(resolve, 10));
    this.connecting--;
    if (!this.nodes.has(address)) throw new Error('nobody listens there');
    this.streams.set(address, listener);
    return () => this.streams.delete(address);
  }

  setFavorite(address: Address, book: string): Promise<void> {
    this.favorites.push(`${address} ${book}`);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  tell(address: Address, event: object): void {
    const stream = this.streams.get(address);
    stream?.heard();
    stream?.event(JSON.stringify({ time: Date.now(), node: address, ...event }));
  }

  attempts(address: Address): number {
    return this.asked.filter((asked) => asked === address).length;
  }
}

let network: FakeNetwork;
let observer: Observer;
let items: FeedItem[];

function observe(options: Partial<ObserverOptions> = {}): void {
  const defaults = { addresses: [at(1)], followAll: false, maxNodes: 256, books: [], chance: () => 0.5 };
  observer = new Observer({ ...defaults, gateway: network, clock: () => Date.now(), ...options });
  observer.subscribe((item) => items.push(item));
}

const reaches = (): string[] =>
  items.flatMap((item) =>
    item.type === 'reach' ? [`${item.node} ${item.isReachable ? 'reached' : item.reason}`] : [],
  );
const events = (): RunEvent[] => items.flatMap((item) => (item.type === 'event' ? [item.event] : []));
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  network = new FakeNetwork();
  items = [];
});
afterEach(async () => {
  await observer.close();
  vi.useRealTimers();
});

describe('the observer', () => {
  test('finds all of a network from one address', async () => {
    for (let port = 1; port <= 30; port++) network.add(at(port), [at(port + 1)]);
    observe();
    await pass(20_000);
    const reached = reaches().filter((line) => line.endsWith('reached'));
    expect(new Set(reached)).toEqual(new Set(Array.from({ length: 30 }, (_, i) => `${at(i + 1)} reached`)));
    expect(items.filter(({ type }) => type === 'snapshot')).toHaveLength(30);
  });

  test('finds nodes through the origins of records and through events', async () => {
    const record = { origin: at(2), version: 1, uuid: 'u', payload: 1, status: 'alive', hops: 1, via: at(2), ageMs: 5 };
    network.add(at(1), [], at(1), [record]);
    network.add(at(2));
    network.add(at(3));
    observe();
    await pass(1000);
    network.tell(at(1), { type: 'peerUp', peer: at(3) });
    await pass(1000);
    expect(reaches()).toEqual([1, 2, 3].map((port) => `${at(port)} reached`));
  });

  test('says of a node that it cannot reach it, and why; and reaches it when it is there', async () => {
    network.add(at(1), [at(2)]);
    observe();
    await pass(5000);
    expect(reaches()).toEqual([`${at(1)} reached`, `${at(2)} nobody listens there`]);
    network.add(at(2));
    await pass(120_000);
    expect(reaches().at(-1)).toBe(`${at(2)} reached`);
  });

  test('misses nothing that happens while it asks who a node is', async () => {
    network.add(at(1));
    network.whileAnswering = () => network.tell(at(1), { type: 'peerUp', peer: at(1) });
    observe();
    await pass(1000);
    expect(items.map(({ type }) => type)).toEqual(['snapshot', 'reach', 'event', 'event']);
  });

  test('begins anew with a node that it has lost', async () => {
    network.add(at(1));
    observe();
    await pass(1000);
    network.streams.get(at(1))?.ended('it closed the connection');
    await pass(2000);
    expect(reaches()).toEqual([`${at(1)} reached`, `${at(1)} it closed the connection`, `${at(1)} reached`]);
    expect(items.filter(({ type }) => type === 'snapshot')).toHaveLength(2);
  });

  test('asks a node that says nothing whether it is there, and believes what comes from it at once', async () => {
    network.add(at(1));
    observe();
    await pass(5000);
    network.nodes.delete(at(1));
    await pass(5000);
    expect(reaches().at(-1)).toBe(`${at(1)} it does not answer`);
    network.tell(at(1), { type: 'peerUp', peer: at(1) });
    expect(reaches().at(-1)).toBe(`${at(1)} reached`);
    expect(network.attempts(at(1))).toBe(1);
  });

  test('rarely tries a node that its peers call down, and soon when they call it alive', async () => {
    network.add(at(1), [at(2)]);
    network.add(at(2));
    observe();
    await pass(1000);
    network.tell(at(1), { type: 'status', origin: at(2), status: 'down', version: 1 });
    network.nodes.delete(at(2));
    network.streams.get(at(2))?.ended('it closed the connection');
    await pass(50_000);
    expect(network.attempts(at(2))).toBe(1);
    network.add(at(2));
    network.tell(at(1), { type: 'status', origin: at(2), status: 'alive', version: 2 });
    await pass(2000);
    expect(reaches().at(-1)).toBe(`${at(2)} reached`);
  });

  test('gives a node of its own machine another favourite, if it may', async () => {
    network.add('localhost:1', [], at(1));
    observe({ addresses: ['localhost:1'], books: ['Emma'] });
    await pass(1000);
    await observer.act('publish', { nodes: [at(1)] });
    await observer.act('publish', { text: 'Middlemarch' });
    expect(network.favorites).toEqual(['localhost:1 Emma', 'localhost:1 Middlemarch']);
    await expect(observer.act('publish', { nodes: [at(9)] })).rejects.toThrow(`${at(9)} is not reached`);
    await expect(observer.act('kill', { nodes: [at(1)] })).rejects.toThrow('this network can only be watched');
  });
});

describe('a node that lies', () => {
  test('does not send the observer to other machines', async () => {
    network.add(at(1), [at(80, '169.254.169.254'), at(7000, '10.0.0.5')]);
    observe();
    await pass(60_000);
    expect(network.asked.every((asked) => asked.startsWith(at(1)))).toBe(true);
    expect(reaches().filter((line) => line.includes('--follow-all'))).toHaveLength(2);
  });

  test('does, where it was asked to follow all', async () => {
    network.add(at(1), [at(7000, '10.0.0.5')]);
    observe({ followAll: true });
    await pass(1000);
    expect(network.attempts(at(7000, '10.0.0.5'))).toBeGreaterThan(0);
  });

  test('does not speak for another', async () => {
    network.add(at(1), [at(2)]);
    network.add(at(2), [], at(3));
    observe();
    await pass(1000);
    network.tell(at(1), { type: 'peerUp', peer: at(1) });
    network.tell(at(1), { type: 'peerUp', peer: at(1), node: at(2) });
    expect(events().map(({ node }) => node)).toEqual([at(1)]);
    expect(reaches()).toContain(`${at(2)} it calls itself ${at(3)}`);
  });

  test('is left when its clock is far from ours', async () => {
    network.add(at(1));
    observe();
    await pass(1000);
    network.tell(at(1), { type: 'peerUp', peer: at(1), time: 9e15 });
    expect(events()).toEqual([]);
    expect(reaches().at(-1)).toBe(`${at(1)} its clock is off by more than an hour`);
  });

  test('has it know, try and connect to no more than a bounded number', async () => {
    network.add(at(1));
    observe({ maxNodes: 10 });
    await pass(500);
    for (let port = 10_000; port < 20_000; port++) network.tell(at(1), { type: 'peerUp', peer: at(port) });
    await pass(600_000);
    const tried = new Set(network.asked.filter((asked) => !asked.includes('/')));
    expect(tried.size).toBeLessThanOrEqual(40);
    // Eight at a time for the first ones, then once a minute for each: not a scan of ports.
    expect(network.asked.length).toBeLessThan(39 * 3 + 39 * 11 + 200);
    expect(network.mostConnecting).toBeLessThanOrEqual(8);
  });

  test('does not keep others out, once its lies are found out', async () => {
    network.add(at(1));
    observe({ maxNodes: 4 });
    await pass(500);
    for (let port = 10_000; port < 10_100; port++) network.tell(at(1), { type: 'peerUp', peer: at(port) });
    network.add(at(2));
    await pass(30_000);
    network.tell(at(1), { type: 'peerUp', peer: at(2) });
    await pass(30_000);
    expect(reaches().at(-1)).toBe(`${at(2)} reached`);
  });

  test('says nothing that is no event, and nothing too deep or too long', async () => {
    network.add(at(1));
    observe();
    await pass(500);
    const stream = network.streams.get(at(1)) as StreamListener;
    for (const text of ['', '{', '[]', '{"type":"sent"}', `{"type":"sent","x":"${'x'.repeat(50_000)}"}`])
      stream.event(text);
    expect(events()).toEqual([]);
  });
});
