/**
 * `npm run bench:http`: requests a second and server CPU of one `POST /gossip/`, beside bare node:http in one run.
 * Each request brings a new version of one of 100 origins, so the node does its whole work: decoder, table, trace.
 */
import autocannon from 'autocannon';
import { freePort } from '../test/free-port.ts';
import { MeasuredProcess, median } from './measured-process.ts';

const ROUNDS = 5;
const SECONDS = 3;
const CONNECTIONS = 16;

let version = 0;
function body(): string {
  version++;
  const origin = `127.0.0.1:${9000 + (version % 100)}`;
  const uuid = `019289a0-5c1e-7a53-8d2f-${version.toString(16).padStart(12, '0')}`;
  const payload = { book: 'Middlemarch by George Eliot', note: 'x'.repeat(40) };
  return JSON.stringify({ from: '127.0.0.1:8999', messages: [{ uuid, origin, version, ttl: 7, payload }] });
}

async function load(port: number): Promise<number> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/gossip/`,
    connections: CONNECTIONS,
    duration: SECONDS,
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        setupRequest: (request) => ({ ...request, body: body() }),
      },
    ],
  });
  if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx} refused, ${result.errors} failed`);
  return result.requests.total;
}

const commands = {
  bare: (port: number) => [process.execPath, 'bench/bare-http.cjs', String(port)],
  gossip: (port: number) => [
    process.execPath,
    'dist/gossip.cjs',
    '-p',
    String(port),
    '--log-level',
    'silent',
    '--no-tui',
  ],
};
const samples: Record<keyof typeof commands, { perSecond: number; cpuUs: number }[]> = { bare: [], gossip: [] };
for (let round = 0; round <= ROUNDS; round++) {
  for (const name of ['bare', 'gossip'] as const) {
    const port = await freePort();
    const server = await MeasuredProcess.start(commands[name](port) as [string, ...string[]], port);
    await load(port);
    const before = server.cpuMs();
    const requests = await load(port);
    const cpuUs = ((server.cpuMs() - before) * 1000) / requests;
    await server.stop();
    if (round > 0) samples[name].push({ perSecond: requests / SECONDS, cpuUs });
  }
  process.stderr.write(`round ${round} of ${ROUNDS}\n`);
}
const row = (figure: 'perSecond' | 'cpuUs') => {
  const [bare, gossip] = [median(samples.bare.map((s) => s[figure])), median(samples.gossip.map((s) => s[figure]))];
  return { bare: bare.toFixed(1), gossip: gossip.toFixed(1), ratio: (gossip / bare).toFixed(2) };
};
console.table({ 'requests a second': row('perSecond'), 'server CPU, µs a request': row('cpuUs') });
