/** The decoder of the dashboard: what comes from nodes and files is what it should be, or it is nothing. */
import { Compile } from 'typebox/compile';
import type { Static } from 'typebox';
import type { RunEvent } from '../../trace/trace-event.ts';
import type { RecordSnapshot } from '../../trace/views.ts';
import { EVENT_SCHEMAS, isShallow, MAX_LINE_CHARACTERS, PeersAnswer, StateAnswer } from './trace-schema.ts';

const eventChecks = new Map([...EVENT_SCHEMAS].map(([type, schema]) => [type, Compile(schema)]));
const stateCheck = Compile(StateAnswer);
const peersCheck = Compile(PeersAnswer);

/** @returns the event that this line of JSON tells; `undefined`: none that can be */
export function eventOf(line: string): RunEvent | undefined {
  if (line.length > MAX_LINE_CHARACTERS) return undefined;
  const value = parsed(line);
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  if (eventChecks.get(String(value.type))?.Check(value) !== true) return undefined;
  if ('payload' in value && !isShallow(value.payload)) return undefined;
  return value as unknown as RunEvent;
}

export type State = Omit<Static<typeof StateAnswer>, 'records'> & {
  readonly records: readonly (Omit<RecordSnapshot, 'receivedAt'> & { readonly ageMs: number })[];
};

/** @returns what a node's `/state/` says; `undefined`: nothing that a node says */
export function stateOf(text: string): State | undefined {
  const value = parsed(text);
  if (!stateCheck.Check(value) || !value.records.every(({ payload }) => isShallow(payload))) return undefined;
  return value;
}

/** @returns what a node's `/peers/` says; `undefined`: nothing that a node says */
export function peersOf(text: string): Static<typeof PeersAnswer> | undefined {
  const value = parsed(text);
  return peersCheck.Check(value) ? value : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
