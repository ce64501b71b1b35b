/** What a run measures so far, in rows, and beside each what theory says, where it says anything. */
import { floodCopies, pushOnceCopies, pushOnceCoverageAfter, treeCopies } from '../../trace/theory.ts';
import { spanText } from '../model/words.ts';
import type { Standing } from './session-messages.ts';

export interface Row {
  readonly name: string;
  readonly measured: string;
  readonly theory: string;
  /** Where theory's value comes from. */
  readonly note: string;
}

export function rowsOf({
  scenario,
  parameters,
  measured,
}: Pick<Standing, 'scenario' | 'parameters' | 'measured'>): Row[] {
  const { coverage, payloadPerUpdate, controlPerUpdate, timeToAllMs, lastDeliveryHop, detectionMs } = measured;
  const { strategy, nodes } = scenario;
  const { fanout, ttl } = parameters;
  const reached = pushOnceCoverageAfter(nodes, fanout, ttl);
  const rows: Row[] = [];
  const add = (name: string, text: string, theory = '', note = ''): void => {
    rows.push({ name, measured: text, theory, note });
  };
  const isPush = strategy === 'random';
  if (coverage !== undefined) {
    const note = isPush ? 'push-once, before repair' : 'links connect all, and repair makes up for losses';
    add('Coverage, mean', percent(coverage.mean), isPush ? percent(reached) : '100 %', note);
  }
  if (payloadPerUpdate !== undefined) {
    add('Copies per update', amount(payloadPerUpdate), ...theoryOfCopies({ scenario, parameters, measured }, reached));
  }
  if (controlPerUpdate !== undefined) add('Other messages per update', amount(controlPerUpdate));
  if (coverage !== undefined) {
    const { p50, max } = timeToAllMs ?? {};
    add('Time to a node, median', p50 === undefined ? 'most not yet' : spanText(p50));
    add('Time to all', max === undefined ? 'not all yet' : spanText(max));
  }
  if (lastDeliveryHop !== undefined) {
    add(
      'Hops, most',
      `${lastDeliveryHop.max}`,
      '',
      lastDeliveryHop.max >= ttl ? `the TTL is ${ttl}; repair goes on` : '',
    );
  }
  if (detectionMs?.p50 !== undefined) add('Death noticed, median', spanText(detectionMs.p50));
  if (measured.falsePositives > 0) add('Living nodes called dead', amount(measured.falsePositives), '0');
  return rows;
}

function theoryOfCopies(
  { scenario, parameters, measured }: Pick<Standing, 'scenario' | 'parameters' | 'measured'>,
  reached: number,
): [theory: string, note: string] {
  const { live, links } = measured;
  switch (scenario.strategy) {
    case 'flood':
      return [amount(Math.max(0, floodCopies(live, links))), `2E − N + 1 of ${amount(links)} links`];
    case 'random':
      return [amount(pushOnceCopies(scenario.nodes, parameters.fanout, reached)), 'fanout × reached'];
    case 'plumtree':
    case 'hub':
      return [amount(treeCopies(live)), 'N − 1, a tree'];
  }
}

/** Never 100 % unless it is. */
function percent(part: number): string {
  const value = Math.floor(1000 * part + 1e-9) / 10;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} %`;
}

function amount(value: number): string {
  const digits = value < 100 && !Number.isInteger(value) ? 1 : 0;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
