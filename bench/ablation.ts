/**
 * What does each mechanism of the core do? `npm run ablation [-- --nodes 30,100,1000 --seeds 20 --loads join,half --off 'far links']`
 * switches one off at a time, runs the same seeds with and without it, and prints what gets worse: the mean with it → the mean without, and
 * the 99.9 % interval of the difference, seed by seed. What lies within its interval is no effect, and is not shown.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import Tinypool from 'tinypool';
import { grouped } from '../src/lab/report/grouped.ts';
import { changesOf, linesOf, type Effect } from './ablation/effects.ts';
import { LOADS, LOAD_NAMES, type Load, type LoadName } from './ablation/loads.ts';
import { MECHANISMS } from './ablation/mechanisms.ts';
import type { Task, Values } from './ablation/run.ts';

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '30,100' },
    seeds: { type: 'string', default: '20' },
    loads: { type: 'string', default: LOAD_NAMES.join(',') },
    off: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
  },
});
const sizes = values.nodes.split(',').map(Number);
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
const loads = values.loads.split(',') as LoadName[];
const unknown = [
  ...loads.filter((load) => LOADS[load] === undefined),
  ...values.off.filter((off) => MECHANISMS.every(({ name }) => name !== off)),
];
if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}`);
const chosen = MECHANISMS.filter(({ name }) => values.off.length === 0 || values.off.includes(name));

const settings = loads.flatMap((load) =>
  sizes.filter((nodes) => nodes <= ((LOADS[load] as Load).maxNodes ?? Infinity)).map((nodes) => ({ load, nodes })),
);
const tasks: Task[] = settings.flatMap((setting) =>
  ['', ...chosen.map(({ name }) => name)].flatMap((off) => seeds.map((seed) => ({ ...setting, seed, off }))),
);

const results = new Map<Task, Values>();
const pool = new Tinypool({
  filename: new URL('./ablation/run.ts', import.meta.url).href,
  execArgv: ['--import', 'jiti/register'],
  minThreads: availableParallelism(),
  maxThreads: availableParallelism(),
});
await Promise.all(
  tasks.map(async (task) => {
    results.set(task, (await pool.run(task)) as Values);
    if (results.size % 20 === 0) process.stderr.write(`\r${results.size} of ${tasks.length} runs`);
  }),
);
await pool.destroy();
process.stderr.write('\n');

const keyOf = ({ load, nodes, off }: Omit<Task, 'seed'>): string => `${load} ${nodes} ${off}`;
const runs = grouped([...results], ([task]) => keyOf(task));
const effects: Effect[] = settings.flatMap((setting) => {
  const of = (off: string) => new Map(runs.get(keyOf({ ...setting, off }))!.map(([{ seed }, found]) => [seed, found]));
  const on = of('');
  return chosen.flatMap(({ name }) =>
    changesOf(on, of(name)).map((change) => ({ ...change, mechanism: name, ...setting })),
  );
});
const output = values.json ? JSON.stringify(effects) : linesOf(chosen, effects).join('\n');
process.stdout.write(`${output}\n`, () => process.exit());
