import { swarmScenario } from '../src/sim/swarm-scenario.ts';
import { Simulation } from '../src/sim/simulation.ts';
const [seed, a, b, fromMs, toMs] = process.argv.slice(2).map(Number) as number[];
const sc = swarmScenario(seed!);
const [A, B] = [`n${a}:7000`, `n${b}:7000`];
const { faults, ...rest } = sc;
console.log(JSON.stringify(rest));
for (const f of faults) console.log(JSON.stringify(f));
const sim = new Simulation(sc, {
  observe: (t, node, e: any) => {
    if (t < fromMs! || t > toMs!) return;
    const other = e.to ?? e.from ?? e.peer ?? e.origin;
    if (
      (node === A && (other === B || ['started', 'stopped', 'paused', 'resumed', 'refuted'].includes(e.type))) ||
      (node === B && (other === A || ['started', 'stopped', 'paused', 'resumed', 'refuted'].includes(e.type)))
    )
      console.log(t, node, JSON.stringify(e));
  },
});
sim.runUntil(sc.durationMs);
for (const i of [a!, b!]) {
  const s = sim.snapshot(i);
  console.log(
    s.self,
    sim.isUp(i) ? 'up' : 'dead',
    'v' + s.version,
    'peers',
    s.peers.join(),
    'reserve',
    s.reserve.join(),
    'recs',
    s.records.map((r) => r.origin + '@' + r.version + r.status[0]).join(' '),
  );
}
