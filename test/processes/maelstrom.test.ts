/** `gossip maelstrom` as real processes: this test carries their lines to each other, after a delay. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../support.ts';
import { COMMAND } from './real-network.ts';

interface Line {
  readonly src: string;
  readonly dest: string;
  readonly body: { readonly type: string; readonly in_reply_to?: number; readonly messages?: unknown[] };
}

const DELAY_MS = 20;
const processes = new Map<string, ChildProcess>();
const replies = new Map<number, Line>();
const stderr: string[] = [];
let nextId = 1;
let canReach: (from: string, to: string) => boolean = () => true;

afterEach(() => {
  for (const process of processes.values()) process.kill('SIGKILL');
  processes.clear();
});

function start(name: string): void {
  const child = spawn(process.execPath, [COMMAND, 'maelstrom', '--batch-ms', '20', '--heartbeat-ms', '300']);
  processes.set(name, child);
  child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
  createInterface(child.stdout).on('line', (text) => {
    // Anything that is not a line of the protocol would throw here.
    const line = JSON.parse(text) as Line;
    if (line.body.in_reply_to !== undefined) replies.set(line.body.in_reply_to, line);
    else if (canReach(line.src, line.dest)) setTimeout(() => write(line.dest, text), DELAY_MS);
  });
}

function write(name: string, text: string): void {
  processes.get(name)?.stdin?.write(`${text}\n`);
}

async function ask(name: string, body: object): Promise<Line['body']> {
  const id = nextId++;
  write(name, JSON.stringify({ src: 'c1', dest: name, body: { ...body, msg_id: id } }));
  return (await eventually(`a reply of ${name}`, () => replies.get(id), 10_000)).body;
}

test('values reach every node, through a partition too, and the end of the input is a clean end', async () => {
  const names = ['n0', 'n1', 'n2', 'n3'];
  for (const name of names) start(name);
  const inits = names.map((name) => ask(name, { type: 'init', node_id: name, node_ids: names }));
  expect((await Promise.all(inits)).map(({ type }) => type)).toEqual(names.map(() => 'init_ok'));
  expect(await ask('n1', { type: 'topology', topology: {} })).toMatchObject({ type: 'topology_ok' });

  expect(await ask('n3', { type: 'read' })).toMatchObject({ type: 'read_ok', messages: [] });

  const told: number[] = [];
  const tell = async (name: string): Promise<void> => {
    told.push(told.length);
    expect(await ask(name, { type: 'broadcast', message: told.length - 1 })).toMatchObject({ type: 'broadcast_ok' });
  };
  for (let i = 0; i < 20; i++) await tell(names[i % 4]!);
  // Told twice, at two nodes, it is one value.
  for (const name of ['n0', 'n3'])
    expect(await ask(name, { type: 'broadcast', message: 0 })).toMatchObject({ type: 'broadcast_ok' });
  canReach = (from, to) => from < 'n2' === to < 'n2';
  for (let i = 0; i < 20; i++) await tell(names[i % 4]!);
  canReach = () => true;
  for (const name of names) {
    const read = async (): Promise<unknown[]> => (await ask(name, { type: 'read' })).messages ?? [];
    await eventually(`all values at ${name}`, async () => (await read()).length === told.length, 20_000);
    expect((await read()).map(Number).sort((a, b) => a - b)).toEqual(told);
  }

  write('n2', '{"src": "c1", "dest"');
  expect(await ask('n2', { type: 'dance' })).toMatchObject({ type: 'error', code: 10 });
  const ended = [...processes.values()].map((child) => {
    return new Promise((resolve) => child.once('close', (code, signal) => resolve([code, signal])));
  });
  for (const child of processes.values()) child.stdin?.end();
  expect(await Promise.all(ended)).toEqual(names.map(() => [0, null]));
  expect(stderr).toEqual(['gossip: malformed line: not JSON\n']);
});
