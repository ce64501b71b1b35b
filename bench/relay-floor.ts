/** The floor of spreading: bare node:http processes hand one update down a perfect tree, N - 1 messages and no protocol. */
import { fork, type ChildProcess } from 'node:child_process';
import type { Random } from '../src/core/random.ts';
import { memoryOf, payloadOf, rateBetween, usageOf, type Figures } from './figures.ts';
import { freePort } from '../test/free-port.ts';
import { median, pause } from './measured-process.ts';

const CHILDREN = 4;
const UPDATES = 20;
const GAP_MS = 1000;
const IDLE_MS = 5000;

interface Received {
  readonly update: number;
  readonly time: number;
}

export async function measureFloor(nodes: number, random: Random): Promise<Figures> {
  const basePort = await freePort(nodes);
  const began = performance.now();
  const children = Array.from({ length: nodes }, (_, node) =>
    fork('bench/relay-node.cjs', [node, nodes, CHILDREN, basePort].map(String), { detached: true }),
  );
  try {
    await Promise.all(children.map((child) => answerOf(child, 'isListening')));
    const listeningMs = performance.now() - began;
    return { listeningMs, ...(await spread(children, random)) };
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

async function spread(children: readonly ChildProcess[], random: Random): Promise<Figures> {
  const root = random.below(children.length);
  const pids = children.map(({ pid }) => pid as number);
  // Sockets are opened by the first update; those that count run over warm ones, as they do between peers.
  for (let id = -5; id < 0; id++) {
    await publish(children, root, id);
    await pause(500);
  }
  await collect(children);
  await pause(2000);
  const idleBefore = usageOf(pids);
  await pause(IDLE_MS);
  const before = usageOf(pids);
  const idle = rateBetween(idleBefore, before);
  const publishedAt: number[] = [];
  for (let id = 0; id < UPDATES; id++) {
    publishedAt.push(await publish(children, root, id));
    await pause(GAP_MS);
  }
  const after = usageOf(pids);
  const received = await collect(children);
  const others = children.length - 1;
  const times = publishedAt.map((published, id) => {
    const arrivals = received.filter(({ update }) => update === id).map(({ time }) => time - published);
    return arrivals.length === others ? Math.max(...arrivals) : Infinity;
  });
  const perMs = rateBetween(before, after);
  const spanMs = after.atMs - before.atMs;
  return {
    complete: times.filter(Number.isFinite).length,
    updates: UPDATES,
    timeToAllMsP50: median(times),
    timeToAllMsMax: Math.max(...times),
    payloadPerReceiver: 1,
    kbPerUpdate: ((perMs.bytes - idle.bytes) * spanMs) / UPDATES / 1000,
    cpuMsPerDelivery: ((perMs.cpuMs - idle.cpuMs) * spanMs) / UPDATES / others,
    idleCpuMsPerNodePerSecond: (idle.cpuMs * 1000) / children.length,
    ...memoryOf(pids),
  };
}

async function publish(children: readonly ChildProcess[], root: number, id: number): Promise<number> {
  const child = children[root] as ChildProcess;
  const answer = answerOf(child, 'published');
  child.send({ publish: { root, id, payload: payloadOf(`Update ${id}`) } });
  return (await answer) as number;
}

async function collect(children: readonly ChildProcess[]): Promise<Received[]> {
  const answers = children.map(async (child) => {
    const answer = answerOf(child, 'received');
    child.send({});
    return (await answer) as Received[];
  });
  return (await Promise.all(answers)).flat();
}

function answerOf(child: ChildProcess, name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`a relay ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.off('exit', onExit);
      resolve((answer as Record<string, unknown>)[name]);
    });
  });
}
