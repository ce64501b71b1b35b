/** `GET /metrics`, loaded when first asked for. */
import { Counter, Gauge, Registry } from 'prom-client';
import { COUNTER_HELP, LEVEL_HELP, metricName, type Levels, type Totals } from './metric-names.ts';

export function createRegistry(counters: () => Totals, levels: () => Levels, lostLogLines?: () => number): Registry {
  const registry = new Registry();
  addProcessMetrics(registry);
  if (lostLogLines !== undefined) addLostLogLines(registry, lostLogLines);
  for (const name of Object.keys(COUNTER_HELP) as (keyof Totals)[]) {
    new Counter({
      name: `${metricName(name)}_total`,
      help: COUNTER_HELP[name],
      registers: [registry],
      collect() {
        this.reset();
        this.inc(counters()[name]);
      },
    });
  }
  for (const name of Object.keys(LEVEL_HELP) as (keyof Levels)[]) {
    new Gauge({
      name: metricName(name),
      help: LEVEL_HELP[name],
      registers: [registry],
      collect() {
        this.set(levels()[name]);
      },
    });
  }
  return registry;
}

function addLostLogLines(registry: Registry, lost: () => number): void {
  new Counter({
    name: 'gossip_log_lines_lost_total',
    help: 'Lines of the log that could not be written',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(lost());
    },
  });
}

/**
 * prom-client's own set for the process measures the event loop's delay a hundred times a second, for ever after the
 * first scrape: ten times what an idle node costs. These two are what its users look at.
 */
function addProcessMetrics(registry: Registry): void {
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'User and system CPU time',
    registers: [registry],
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident set size',
    registers: [registry],
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
}
