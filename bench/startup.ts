/**
 * `npm run bench:startup`: what one idle node costs to start and to keep, beside a bare node:http process.
 * The two are started in turn, so that both see the same machine; medians of all rounds.
 */
import { freePort } from '../test/free-port.ts';
import { MeasuredProcess, median, pause } from './measured-process.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 12);
const SETTLE_MS = 400;

interface Sample {
  listeningMs: number;
  cpuMs: number;
  rssMiB: number;
  pssMiB: number;
}

const commands = {
  bare: (port: number) => [process.execPath, 'bench/bare-http.cjs', String(port)],
  gossip: (port: number) => [process.execPath, 'dist/gossip.cjs', '-p', String(port), '--no-tui'],
} satisfies Record<string, (port: number) => [string, ...string[]]>;

async function sample(command: [string, ...string[]]): Promise<Sample> {
  const started = await MeasuredProcess.start(command);
  const cpuMs = started.cpuMs();
  await pause(SETTLE_MS);
  const { rss, pss } = started.memoryMiB();
  await started.stop();
  return { listeningMs: started.listeningMs, cpuMs, rssMiB: rss, pssMiB: pss };
}

const samples: Record<keyof typeof commands, Sample[]> = { bare: [], gossip: [] };
for (let round = 0; round <= ROUNDS; round++) {
  for (const name of ['bare', 'gossip'] as const) {
    const taken = await sample(commands[name](await freePort()));
    if (round > 0) samples[name].push(taken);
  }
  process.stderr.write(`round ${round} of ${ROUNDS}\n`);
}
const figures = ['listeningMs', 'cpuMs', 'rssMiB', 'pssMiB'] as const;
console.table(
  Object.fromEntries(
    figures.map((figure) => {
      const of = (name: keyof typeof commands) => samples[name].map((taken) => taken[figure]);
      const [bare, gossip] = [median(of('bare')), median(of('gossip'))];
      const spread = `${Math.min(...of('gossip')).toFixed(1)}–${Math.max(...of('gossip')).toFixed(1)}`;
      const row = { bare: bare.toFixed(1), gossip: gossip.toFixed(1), 'gossip min–max': spread };
      return [figure, { ...row, ratio: (gossip / bare).toFixed(2) }];
    }),
  ),
);
