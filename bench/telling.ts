/**
 * Tells a process rumors for a while, by one POST each or as lines of one stream, at a pace or as fast as it takes them. The
 * stream shows no token: what it brings is handled like requests that follow each other, so that only the way differs.
 */
import autocannon from 'autocannon';
import { once } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { pause } from './measured-process.ts';

export type Way = 'POST' | 'stream';
/** Messages a second. */
export type Pace = number | 'fastest';

const FROM = '127.0.0.1:8999';
/** Requests under way at a time; at a pace there is one. */
const CONNECTIONS = 16;

let version = 0;

/**
 * Each is a new version of one of 100 records, so a node does its whole work: decoder, table, trace. All are of one origin: a node
 * would look for a link to each of a hundred.
 */
function rumor(): string {
  version++;
  const uuid = `019289a0-5c1e-7a53-8d2f-${version.toString(16).padStart(12, '0')}`;
  const payload = { book: 'Middlemarch by George Eliot', note: 'x'.repeat(40) };
  return JSON.stringify({ uuid, origin: FROM, version, ttl: 7, key: `note ${version % 100}`, payload });
}

function envelope(): string {
  return `{"from":"${FROM}","messages":[${rumor()}]}`;
}

/** @returns how many, and in which time all were handled */
export async function tell(
  port: number,
  way: Way,
  pace: Pace,
  seconds: number,
): Promise<{ count: number; ms: number }> {
  const began = performance.now();
  const count = await (way === 'stream' ? overStream(port, pace, seconds) : byPost(port, pace, seconds));
  return { count, ms: performance.now() - began };
}

async function byPost(port: number, pace: Pace, seconds: number): Promise<number> {
  if (pace === 'fastest') return byPostFastest(port, seconds);
  const agent = new Agent({ keepAlive: true, maxSockets: 1, noDelay: true });
  const count = await paced(pace, seconds, async () => {
    const asked = ask(port, 'application/json', agent);
    asked.end(envelope());
    await once((await answered(asked)).resume(), 'end');
  });
  agent.destroy();
  return count;
}

async function byPostFastest(port: number, seconds: number): Promise<number> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/gossip/`,
    connections: CONNECTIONS,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        setupRequest: (asked) => ({ ...asked, body: envelope() }),
      },
    ],
  });
  if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx} refused, ${result.errors} failed`);
  return result.requests.total;
}

async function overStream(port: number, pace: Pace, seconds: number): Promise<number> {
  const asked = ask(port, 'application/x-ndjson', false);
  asked.setNoDelay(true);
  asked.write(`{"protocol":1,"from":"${FROM}","features":[]}\n`);
  const response = await answered(asked);
  const over = once(response.resume(), 'end');
  const count = await (pace === 'fastest'
    ? writtenFastest(asked, seconds)
    : paced(pace, seconds, () => void asked.write(`${rumor()}\n`)));
  // Its end is answered when all before it was handled.
  asked.end();
  await over;
  return count;
}

async function writtenFastest(asked: ClientRequest, seconds: number): Promise<number> {
  let count = 0;
  for (const until = performance.now() + seconds * 1000; performance.now() < until; count++) {
    if (!asked.write(`${rumor()}\n`)) await once(asked, 'drain');
  }
  return count;
}

async function paced(perSecond: number, seconds: number, tellOne: () => Promise<void> | void): Promise<number> {
  const count = perSecond * seconds;
  const began = performance.now();
  for (let told = 0; told < count; told++) {
    await pause(began + (told * 1000) / perSecond - performance.now());
    await tellOne();
  }
  await pause(began + seconds * 1000 - performance.now());
  return count;
}

function ask(port: number, type: string, agent: Agent | false): ClientRequest {
  const headers = { 'content-type': type };
  return request({ host: '127.0.0.1', port, path: '/gossip/', method: 'POST', headers, agent });
}

async function answered(asked: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}`);
  return response;
}
