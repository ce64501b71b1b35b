import { describe, expect, test } from 'vitest';
import { seededRandom } from '../http/seeded-random.ts';
import { LineSplitter } from './line-splitter.ts';
import { MaelstromHost } from './maelstrom-host.ts';

/** One host without a network: what is asked, what is said, and alarms fired by hand. */
function startHost(): { ask: (line: unknown) => string[]; alarms: (() => void)[]; warnings: string[] } {
  const written: string[] = [];
  const warnings: string[] = [];
  const alarms: (() => void)[] = [];
  let now = 1_767_225_600_000;
  const host = new MaelstromHost({
    batchMs: 50,
    heartbeatMs: 1000,
    now: () => now,
    setAlarm: (fire, afterMs) => {
      alarms.push(() => {
        now += afterMs;
        fire();
      });
      return () => undefined;
    },
    randomFor: () => seededRandom(1),
    write: (line) => written.push(line),
    warn: (warning) => warnings.push(warning),
  });
  const ask = (line: unknown): string[] => {
    host.receive(typeof line === 'string' ? line : JSON.stringify(line));
    return written.splice(0);
  };
  return { ask, alarms, warnings };
}

const request = (body: object, src = 'c1') => ({ src, dest: 'n0', body });
const initOf = (...names: string[]) => request({ type: 'init', msg_id: 1, node_id: 'n0', node_ids: names });
const error = (code: number, text: string, id?: number) =>
  JSON.stringify({
    src: 'n0',
    dest: 'c1',
    body: { type: 'error', code, text, ...(id === undefined ? {} : { in_reply_to: id }) },
  });

describe('a client gets the answer of the protocol, to the byte:', () => {
  test('init, topology, broadcast, read', () => {
    const { ask } = startHost();
    expect(ask(initOf('n0'))).toEqual(['{"src":"n0","dest":"c1","body":{"type":"init_ok","in_reply_to":1}}']);
    expect(ask(request({ type: 'topology', msg_id: 2, topology: { n0: [] } }))).toEqual([
      '{"src":"n0","dest":"c1","body":{"type":"topology_ok","in_reply_to":2}}',
    ]);
    expect(ask(request({ type: 'broadcast', msg_id: 3, message: 1000 }))).toEqual([
      '{"src":"n0","dest":"c1","body":{"type":"broadcast_ok","in_reply_to":3}}',
    ]);
    expect(ask(request({ type: 'read', msg_id: 4 }, 'c2'))).toEqual([
      '{"src":"n0","dest":"c2","body":{"type":"read_ok","messages":[1000],"in_reply_to":4}}',
    ]);
  });

  test('a value told twice is read once, and any JSON is a value', () => {
    const { ask } = startHost();
    ask(initOf('n0'));
    const values = [1, 'one', null, { a: [1.5, false] }, 1, 'x'.repeat(1000), 'x'.repeat(1000)];
    for (const message of values) {
      expect(ask(request({ type: 'broadcast', msg_id: 2, message }))[0]).toContain('broadcast_ok');
    }
    const [read = ''] = ask(request({ type: 'read', msg_id: 3 }));
    expect((JSON.parse(read) as { body: { messages: unknown[] } }).body.messages).toEqual([
      ...values.slice(0, 4),
      'x'.repeat(1000),
    ]);
  });

  test('init once more is fine, as another is not', () => {
    const { ask } = startHost();
    ask(initOf('n0'));
    expect(ask(initOf('n0'))[0]).toContain('init_ok');
    expect(ask(request({ type: 'init', msg_id: 9, node_id: 'n1', node_ids: ['n1'] }))).toEqual([
      error(22, 'already initialised as n0', 9),
    ]);
  });
});

describe('after init a node', () => {
  const value = { uuid: 'u', origin: 'n1:1', version: 1, ttl: 1, key: '5', payload: 5 };

  test('answers at once, and is silent until it is told something: the others may not be known yet', () => {
    const { ask, alarms } = startHost();
    expect(ask(initOf('n0', 'n1', 'n2'))).toEqual([
      '{"src":"n0","dest":"c1","body":{"type":"init_ok","in_reply_to":1}}',
    ]);
    expect(alarms).toEqual([]);
  });

  test.each([
    ['the topology', request({ type: 'topology', msg_id: 2, topology: { n0: ['n1'], n1: ['n0'] } })],
    ['an unusable topology', request({ type: 'topology', msg_id: 2, topology: 7 })],
    ['a broadcast', request({ type: 'broadcast', msg_id: 2, message: 1 })],
    ['a read', request({ type: 'read', msg_id: 2 })],
    ["another node's value", request({ type: 'gossip', messages: [value] }, 'n1')],
  ])('is at work after %s', (_what, line) => {
    const { ask, alarms } = startHost();
    ask(initOf('n0', 'n1'));
    ask(line);
    // What it waits for first, its heartbeat, the line that this goes in.
    for (let i = 0; i < 3; i++) for (const fire of alarms.splice(0)) fire();
    const said = ask(request({ type: 'read', msg_id: 3 })).slice(0, -1);
    expect(said.map((text) => (JSON.parse(text) as { dest: string }).dest)).toContain('n1');
  });
});

describe('what cannot be done is answered with an error:', () => {
  test.each([
    ['a broadcast before init', { type: 'broadcast', msg_id: 2, message: 1 }, 11, 'not initialised'],
    ['a read before init', { type: 'read', msg_id: 2 }, 11, 'not initialised'],
    ['an init without a name', { type: 'init', msg_id: 2, node_ids: ['n0'] }, 12, 'node_id: must be a name'],
    ['an init with a bad name', { type: 'init', msg_id: 2, node_id: 'a b' }, 12, 'node_id: must be a name'],
    ['an init without names', { type: 'init', msg_id: 2, node_id: 'n0' }, 12, 'node_ids: must be names'],
    [
      'an init with odd names',
      { type: 'init', msg_id: 2, node_id: 'n0', node_ids: [7] },
      12,
      'node_ids: must be names',
    ],
  ])('%s', (_name, body, code, text) => {
    expect(startHost().ask(request(body))).toEqual([error(code, text, 2)]);
  });

  test.each([
    ['an unknown type', { type: 'dance', msg_id: 2 }, 10, 'unknown request "dance"'],
    ['a broadcast of nothing', { type: 'broadcast', msg_id: 2 }, 12, 'message: missing'],
    [
      'a value that is too large',
      { type: 'broadcast', msg_id: 2, message: 'x'.repeat(5000) },
      10,
      'payload must be at most 4096 characters of JSON',
    ],
    ['a body without a type', { msg_id: 2 }, 12, 'body.type: must be a string'],
    ['gossip from another program', { type: 'gossip', msg_id: 2, messages: [] }, 10, 'unknown request "gossip"'],
  ])('%s', (_name, body, code, text) => {
    const { ask } = startHost();
    ask(initOf('n0', 'n1'));
    expect(ask(request(body))).toEqual([error(code, text, 2)]);
  });

  test('a body that is none, with nothing to refer to', () => {
    const { ask } = startHost();
    expect(ask({ src: 'c1', dest: 'n0', body: 7 })).toEqual([error(12, 'body: must be an object')]);
  });
});

describe('nothing is said', () => {
  test.each([
    ['to a line that is no JSON', '{"src":'],
    ['to a line that is no object', '[1,2]'],
    ['to nobody', { dest: 'n0', body: { type: 'read', msg_id: 1 } }],
    ['for somebody else', { src: 'c1', dest: 'n7', body: { type: 'read', msg_id: 1 } }],
    ['to another node that errs', { src: 'n1', dest: 'n0', body: { type: 'dance', msg_id: 1 } }],
    ['to another node without a body', { src: 'n1', dest: 'n0' }],
    ['to gossip that is none', { src: 'n1', dest: 'n0', body: { type: 'gossip', messages: 'all' } }],
  ])('%s, but there is a warning', (_name, line) => {
    const { ask, warnings } = startHost();
    ask(initOf('n0', 'n1'));
    expect(ask(line)).toEqual([]);
    expect(warnings).toHaveLength(1);
  });

  test('to another node that was initialised before this one', () => {
    const { ask } = startHost();
    expect(ask(request({ type: 'gossip', messages: [{ type: 'getPeers' }] }, 'n1'))).toEqual([]);
  });

  test('to an empty line, and to an error of a client', () => {
    const { ask, warnings } = startHost();
    ask(initOf('n0'));
    expect([ask(''), ask(request({ type: 'error', code: 10, text: 'no' })), warnings]).toEqual([[], [], []]);
  });
});

test('a bad message of a batch does not spoil the others', async () => {
  const { ask, warnings } = startHost();
  ask(initOf('n0', 'n1'));
  const rumor = { uuid: 'u', origin: 'n1:1', version: 1, ttl: 3, key: '5', payload: 5 };
  ask(request({ type: 'gossip', messages: [7, { ...rumor, version: 0 }, rumor] }, 'n1'));
  expect(ask(request({ type: 'read', msg_id: 2 }))[0]).toContain('"messages":[5]');
  await expect.poll(() => warnings).toEqual(['refused 2 from n1: a message must be a JSON object']);
});

test('lines are cut wherever the chunks end, and one that never ends is passed over', () => {
  const lines: string[] = [];
  let tooLong = 0;
  const splitter = new LineSplitter(
    5,
    (line) => lines.push(line),
    () => tooLong++,
  );
  for (const text of ['a', 'b\nc\n\nd', 'e\n', '123456', '789', '0\nf', 'g']) splitter.push(text);
  splitter.end();
  expect([lines, tooLong]).toEqual([['ab', 'c', 'de', 'fg'], 1]);
});
