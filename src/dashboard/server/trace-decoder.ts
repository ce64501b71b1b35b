/** The decoder of the dashboard: what comes from nodes and files is what it should be, or it is nothing. */
import { Compile } from 'typebox/compile';
import type { Static, TObject } from 'typebox';
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
  const schema = EVENT_SCHEMAS.get(String(value.type));
  if (schema === undefined || eventChecks.get(String(value.type))?.Check(value) !== true) return undefined;
  if ('payload' in value && !isShallow(value.payload)) return undefined;
  return fieldsOf(schema, value) as RunEvent;
}

export type State = Omit<Static<typeof StateAnswer>, 'records'> & {
  readonly records: readonly (Omit<RecordSnapshot, 'receivedAt'> & { readonly ageMs: number })[];
};

/** @returns what a node's `/state/` says; `undefined`: nothing that a node says */
export function stateOf(text: string): State | undefined {
  const value = parsed(text);
  if (!stateCheck.Check(value) || !value.records.every(({ payload }) => isShallow(payload))) return undefined;
  const { self, version, records } = value;
  return { self, version, records: records.map((record) => fieldsOf(StateAnswer.properties.records.items, record)) };
}

/** @returns what a node's `/peers/` says; `undefined`: nothing that a node says */
export function peersOf(text: string): Static<typeof PeersAnswer> | undefined {
  const value = parsed(text);
  return peersCheck.Check(value) ? fieldsOf(PeersAnswer, value) : undefined;
}

/** Those of its fields that the schema names, and no others. */
function fieldsOf<T extends object>(schema: TObject, value: T): T {
  const named = Object.keys(schema.properties) as (keyof T)[];
  return Object.fromEntries(named.filter((name) => name in value).map((name) => [name, value[name]])) as T;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
