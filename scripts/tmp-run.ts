import { examine } from '../src/sim/examination.ts';
import { swarmScenario } from '../src/sim/swarm-scenario.ts';
import { parseScenario } from '../src/sim/scenario-file.ts';
const [a, b] = process.argv.slice(2).map(Number) as [number, number];
const t0 = performance.now();
let ev = 0,
  fails = 0;
const settled: number[] = [];
let slow: any[] = [];
for (const seed of process.argv[4]
  ? process.argv[4].split(',').map(Number)
  : Array.from({ length: b - a + 1 }, (_, i) => a + i)) {
  const sc = swarmScenario(seed);
  try {
    parseScenario(JSON.parse(JSON.stringify(sc)));
  } catch (e) {
    console.log(seed, 'INVALID', (e as Error).message);
    continue;
  }
  const t = performance.now();
  const v = examine(sc);
  ev += v.eventsHandled;
  slow.push([Math.round(performance.now() - t), seed, v.eventsHandled]);
  if (v.settledAfterMs !== undefined) settled.push(v.settledAfterMs);
  if (v.violation) {
    fails++;
    console.log(seed, sc.nodes, sc.strategy, sc.durationMs, v.violation.message.slice(0, 400));
  }
}
slow.sort((x, y) => y[0] - x[0]);
settled.sort((x, y) => x - y);
console.log(
  {
    fails,
    s: (performance.now() - t0) / 1000,
    ev,
    settled: [settled[settled.length >> 1], settled[Math.floor(settled.length * 0.99)], settled.at(-1)],
  },
  slow.slice(0, 5),
);
