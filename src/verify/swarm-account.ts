/** One run told in full: what it was, what happened before it went wrong, and what was wrong. */
import { examine } from './examination.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Enough to see the last exchanges of the node that went wrong. */
const LAST_EVENTS = 60;

/** @returns whether all was well */
export function account(scenario: Scenario, print: (line: string) => void): boolean {
  const { name, nodes, strategy, durationMs, faults } = scenario;
  print(`${name}: ${nodes} nodes, ${strategy}, ${durationMs} ms, ${faults.length} faults`);
  for (const fault of faults) print(`  ${JSON.stringify(fault)}`);
  const { violation, settledAfterMs } = examine(scenario);
  if (violation === undefined) {
    print(
      settledAfterMs === undefined
        ? 'safe; never left in quiescence'
        : `safe; at rest ${settledAfterMs} ms after the last trouble`,
    );
    return true;
  }
  // Told in a second run, which is the same: most events are not worth keeping before it is known whom they must be about.
  const concerned = violation.message.match(/n\d+:7000/g) ?? [];
  const last: string[] = [];
  examine(scenario, (time, node, event) => {
    const line = `${time} ms  ${node}  ${told(event)}`;
    if (concerned.length > 0 && !concerned.some((address) => line.includes(address))) return;
    if (last.push(line) > LAST_EVENTS) last.shift();
  });
  print(`The last ${last.length} events${concerned.length === 0 ? '' : ` that concern ${concerned.join(', ')}`}:`);
  for (const line of last) print(`  ${line}`);
  print(violation.message);
  return false;
}

function told({ type, ...rest }: { readonly type: string }): string {
  const facts = Object.entries(rest).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [type, ...facts].join(', ');
}
