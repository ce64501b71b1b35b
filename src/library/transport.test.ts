/** Members over another transport than HTTP. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../test/support.ts';
import type { Transport, TransportHost } from '../http/transport.ts';
import { MemoryNetwork } from '../testing/memory-network.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { createGossip, type TransportGossipOptions } from './create-gossip.ts';
import type { Gossip } from './gossip.ts';

interface Load {
  readonly load: number;
}

async function start(options: TransportGossipOptions): Promise<Gossip<Load>> {
  const gossip = await createGossip<Load>(options);
  onTestFinished(() => gossip.close());
  return gossip;
}

describe('in memory', () => {
  test('three members agree, and when one closes the others know', async () => {
    const network = new MemoryNetwork();
    const one = await start({ transport: network.transport() });
    const join = [one.address];
    const other = await start({ transport: network.transport(), join });
    const third = await start({ transport: network.transport('third.example:1'), join });
    const members = [one, other, third];
    for (const [index, member] of members.entries()) member.set({ load: index });
    await eventually('all agree', () =>
      members.every((member) => members.every(({ address }, index) => member.get(address)?.load === index)),
    );
    const { receipt } = one.set({ load: 7 }, { receipt: true });
    expect(await receipt).toMatchObject({ reached: 2, of: 2 });

    await third.close();
    await eventually('it has left', () =>
      [one, other].every((member) =>
        member.members().some(({ address, status }) => address === 'third.example:1' && status === 'left'),
      ),
    );
    other.set({ load: 8 });
    await eventually('they go on', () => one.get(other.address)?.load === 8);
    expect(third.get(other.address)?.load).toBe(1);
  });

  test('a member whose transport ends without a goodbye is down', async () => {
    const network = new MemoryNetwork({ delayMs: 1 });
    const transport = network.transport();
    const one = await start({ transport: network.transport() });
    const other = await start({ transport, join: [one.address] });
    other.set({ load: 1 });
    await eventually('the value', () => one.get(other.address)?.load === 1);
    await transport.close(0);
    await eventually('it is down', () => one.members().some(({ status }) => status === 'down'));
  });

  test('members of different clusters, and of different networks, do not meet', async () => {
    const network = new MemoryNetwork();
    const one = await start({ transport: network.transport('one.example:1') });
    const others = [
      await start({ transport: network.transport(), join: [one.address], cluster: 'other' }),
      await start({ transport: new MemoryNetwork().transport(), join: [one.address] }),
    ];
    for (const other of others) other.set({ load: 1 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(one.members().map(({ address }) => address)).toEqual([one.address]);
  });

  test('the schema checks what others say', async () => {
    const network = new MemoryNetwork();
    const one = await createGossip({ transport: network.transport(), schema: z.object({ load: z.number() }) });
    onTestFinished(() => one.close());
    const other = await start({ transport: network.transport(), join: [one.address] });
    const invalid = new Promise((resolve) => one.on('invalid', resolve));
    other.set({ load: 'much' } as unknown as Load);
    expect(await invalid).toMatchObject({ address: other.address });
  });
});

/** A transport that reaches nobody, and its host. */
function lonely(over: Partial<Transport> = {}) {
  const held: { host?: TransportHost } = {};
  const transport: Transport = {
    open: () => 'lonely.example:1',
    start: (host) => void (held.host = host),
    send: () => undefined,
    close: () => Promise.resolve(),
    ...over,
  };
  return { transport, held };
}

describe('a transport that delivers anything', () => {
  const GOOD = { uuid: 'u-1', origin: 'other.example:1', version: 1, ttl: 3, payload: { load: 1 } };

  test('has each message checked: bad ones change nothing, and are counted', async () => {
    const { transport, held } = lonely();
    const events: TraceEvent[] = [];
    const one = await start({ transport, introduce: false });
    one.on('trace', (event) => event.type === 'refused' && events.push(event));
    const bad = [null, 7, 'text', [], { type: 'fly' }, { ...GOOD, ttl: 1e9 }, { ...GOOD, origin: 'nowhere' }];
    const refused = held.host!.received('other.example:1', [...bad, GOOD]);
    expect(refused.map(({ index }) => index)).toEqual(bad.map((_, index) => index));
    expect(await refused[5]!.reason()).toBe('ttl: must be <= 255');
    expect(one.get('other.example:1')).toEqual({ load: 1 });
    expect(one.node.counters).toMatchObject({ refused: bad.length, rumorsReceived: 1 });
    expect(events).toMatchObject([
      { from: 'other.example:1', reason: 'a message must be a JSON object', count: bad.length },
    ]);
  });

  test('has nothing heard of a sender that is no address', async () => {
    const { transport, held } = lonely();
    const one = await start({ transport, introduce: false });
    for (const from of ['', 'nowhere', 7, null, { toString: () => 'a'.repeat(1e6) }]) {
      const refused = held.host!.received(from as string, [GOOD]);
      expect(await refused[0]!.reason()).toBe('from: expected "host:port"');
    }
    expect(one.members()).toEqual([]);
    await eventually('they are counted', () => one.node.counters.refused === 5);
  });

  test('is not listened to any more after the end', async () => {
    const { transport, held } = lonely();
    const one = await start({ transport, introduce: false });
    await one.close();
    held.host!.received('other.example:1', [GOOD]);
    held.host!.unreachable('other.example:1', 'gone', true);
    expect(one.get('other.example:1')).toBeUndefined();
  });
});

describe('a transport that fails', () => {
  test.each(['', 'nowhere', 'host:0', 7, undefined, null])('with %j for an address is refused', async (address) => {
    const close = vi.fn(() => Promise.resolve());
    const { transport } = lonely({ open: () => address as string, close });
    await expect(createGossip({ transport })).rejects.toThrow(/^transport.open: expected "host:port", got /);
    expect(close).toHaveBeenCalledOnce();
  });

  test.each(['open', 'start'] as const)('in %s gives its error, and is closed', async (step) => {
    const close = vi.fn(() => Promise.resolve());
    const { transport } = lonely({ [step]: () => Promise.reject(new Error('no cable')), close });
    await expect(createGossip({ transport })).rejects.toThrow('no cable');
    expect(close).toHaveBeenCalledOnce();
  });

  test('to send is a warning, and the member goes on', async () => {
    const { transport } = lonely({
      send: () => {
        throw new Error('no cable');
      },
    });
    const warnings: string[] = [];
    const one = await start({ transport, join: ['other.example:1'], warn: (warning) => warnings.push(warning) });
    one.set({ load: 1 });
    expect(one.get(one.address)).toEqual({ load: 1 });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('no cable');
  });

  test.each([
    ['never', () => new Promise<void>(() => undefined), 'its close takes too long'],
    ['with an error', () => Promise.reject(new Error('no cable')), 'no cable'],
  ])('to close, %s, is a warning, and the member ends within two seconds', async (_how, close, reason) => {
    const { transport } = lonely({ close });
    const warnings: string[] = [];
    const one = await start({ transport, warn: (warning) => warnings.push(warning) });
    const began = performance.now();
    await one.close();
    expect(performance.now() - began).toBeLessThan(2000);
    expect(warnings).toEqual([`the transport did not close: ${reason}`]);
  });
});

describe('options', () => {
  test.each([{}, null, 7, { open: () => '' }])('%j is no transport', async (transport) => {
    await expect(createGossip({ transport: transport as Transport })).rejects.toThrow(
      'transport: expected an object with open, start, send and close',
    );
  });

  test.each(['port', 'host', 'advertise', 'keyring', 'tls', 'listen', 'expose', 'guests', 'routes'])(
    '%s is of HTTP',
    async (name) => {
      const tls = { cert: 'cert.pem', key: 'key.pem', ca: 'ca.pem' };
      const own = { keyring: 'keys.json', listen: false, expose: [], guests: true, routes: [] };
      const values = { port: 0, host: '127.0.0.1', advertise: 'me.example', tls, ...own };
      const options = { ...lonely(), [name]: values[name as keyof typeof values] } as unknown as TransportGossipOptions;
      await expect(createGossip({ ...options, held: undefined } as TransportGossipOptions)).rejects.toThrow(
        new TypeError(`${name}: this is of HTTP, and another transport is given`),
      );
    },
  );

  test('and so is the handler', async () => {
    const { handler } = await start({ transport: lonely().transport });
    expect(() => handler({} as IncomingMessage, {} as ServerResponse)).toThrow(
      new TypeError('handler: this is of HTTP, and another transport is given'),
    );
  });
});
