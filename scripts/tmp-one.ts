import { swarmScenario } from '../src/sim/swarm-scenario.ts';
import { Simulation } from '../src/sim/simulation.ts';
const seed = Number(process.argv[2]);
const sc = swarmScenario(seed);
console.log(JSON.stringify(sc));
const sim = new Simulation(sc);
sim.runUntil(sc.durationMs);
for (let i = 0; i < sim.size; i++) {
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
