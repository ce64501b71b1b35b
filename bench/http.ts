/**
 * `npm run bench:http`: what it costs a node to be told rumors, by one `POST /gossip/` each and as lines of one stream, beside bare
 * node:http that only parses them. All four take turns in one run, each in a process of its own; medians of all rounds.
 */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { freePort } from '../test/free-port.ts';
import { MeasuredProcess, median, pause } from './measured-process.ts';
import { tell, type Pace, type Way } from './telling.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 3);
/** As many messages both ways: what V8 collects afterwards would else be counted to one of them. */
const WARM_UP = [500, 2] as const;
const REST_SECONDS = 3;
/** What a process does at rest is not subtracted: it is told of on its own. */
const LOADS: readonly (readonly [pace: Pace, seconds: number])[] = [
  [5, 5],
  [50, 3],
  ['fastest', 2],
];

const commands = {
  bare: ['bench/bare-http.cjs'],
  gossip: ['dist/gossip.cjs', '--log-level', 'silent', '--no-tui', '-p'],
} as const;
type Name = keyof typeof commands;

const COLUMNS = [
  ['bare', 'POST'],
  ['gossip', 'POST'],
  ['bare', 'stream'],
  ['gossip', 'stream'],
] as const;

/** By row, then by column. */
const samples = new Map<string, Map<string, number[]>>();

function note(row: string, name: Name, way: Way, value: number): void {
  const columns = samples.get(row) ?? new Map<string, number[]>();
  samples.set(row, columns);
  columns.set(`${name} ${way}`, [...(columns.get(`${name} ${way}`) ?? []), value]);
}

async function measure(name: Name, way: Way): Promise<void> {
  const port = await freePort();
  const server = await MeasuredProcess.start([process.execPath, ...commands[name], String(port)], port);
  await tell(port, way, ...WARM_UP);
  const cpuMsDuring = async (act: () => Promise<unknown>): Promise<number> => {
    const before = server.cpuMs();
    await act();
    return server.cpuMs() - before;
  };
  const restMs = await cpuMsDuring(() => pause(REST_SECONDS * 1000));
  note('at rest: CPU, ms a second', name, way, restMs / REST_SECONDS);
  for (const [pace, seconds] of LOADS) {
    let told = { count: 0, ms: 0 };
    const cpuMs = await cpuMsDuring(async () => (told = await tell(port, way, pace, seconds)));
    const label = pace === 'fastest' ? 'as fast as possible' : `${pace} a second`;
    note(`${label}: CPU, ms a message`, name, way, cpuMs / told.count);
    if (pace === 'fastest') note(`${label}: messages a second`, name, way, (told.count * 1000) / told.ms);
  }
  if (name === 'gossip') await checkThatAllWasTaken(port);
  await server.stop();
}

/** A line that is refused is only counted, and would cost little. */
async function checkThatAllWasTaken(port: number): Promise<void> {
  const [response] = (await once(get(`http://127.0.0.1:${port}/metrics`), 'response')) as [IncomingMessage];
  const refused = /^gossip_refused_total (\d+)/m.exec(await textOf(response))?.[1];
  if (refused !== '0') throw new Error(`${refused} messages were refused`);
}

for (let round = 1; round <= ROUNDS; round++) {
  for (const [name, way] of COLUMNS) await measure(name, way);
  process.stderr.write(`round ${round} of ${ROUNDS}\n`);
}

function cells(columns: ReadonlyMap<string, readonly number[]>): Record<string, string> {
  const of = (name: Name, way: Way): number => median(columns.get(`${name} ${way}`) ?? []);
  const figures = COLUMNS.map(([name, way]) => {
    const value = of(name, way);
    return [`${name} ${way}`, value >= 100 ? value.toFixed(0) : value.toPrecision(2)];
  });
  const ratio = (a: number, b: number): string => (b > 0 ? (a / b).toFixed(2) : '');
  return {
    ...(Object.fromEntries(figures) as Record<string, string>),
    'gossip ÷ bare, POST': ratio(of('gossip', 'POST'), of('bare', 'POST')),
    'gossip ÷ bare, stream': ratio(of('gossip', 'stream'), of('bare', 'stream')),
    'gossip, stream ÷ POST': ratio(of('gossip', 'stream'), of('gossip', 'POST')),
  };
}
console.table(Object.fromEntries([...samples].map(([row, columns]) => [row, cells(columns)])));
