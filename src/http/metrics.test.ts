import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newCounters } from '../trace/counters.ts';
import { LEVEL_HELP, type Levels, type Totals } from './metric-names.ts';
import { createRegistry } from './metrics.ts';

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

const dashboard = JSON.parse(readFileSync('deploy/grafana-dashboard.json', 'utf8')) as Dashboard;

function namesThatExist(): string[] {
  const totals: Totals = {
    ...newCounters(),
    requests: 0,
    requestsDelayed: 0,
    waitingDropped: 0,
    notAllowed: 0,
    connectionsRefused: 0,
    timersRefused: 0,
  };
  const levels = Object.fromEntries(Object.keys(LEVEL_HELP).map((name) => [name, 0])) as unknown as Levels;
  const registry = createRegistry(
    () => totals,
    () => levels,
    () => 0,
  );
  return registry.getMetricsAsArray().map(({ name }) => name);
}

test('every metric of the Grafana dashboard exists', () => {
  const names = namesThatExist();
  for (const { title, targets } of dashboard.panels) {
    const used = targets.flatMap(({ expr }) => expr.match(/(?:gossip|process)_[a-z_]+/g) ?? []);
    expect(used, title).not.toEqual([]);
    for (const name of used) expect(names, title).toContain(name);
  }
});

test('its panels lie beside each other', () => {
  const taken = new Set<string>();
  for (const { title, gridPos } of dashboard.panels) {
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(taken, title).not.toContain(`${x} ${y}`);
        expect(x, title).toBeLessThan(24);
        taken.add(`${x} ${y}`);
      }
    }
  }
});
