/** Where in a value addresses lie, by its schema: so whatever is an address there may be spelled as a bare port. */
import type { TSchema } from 'typebox';
import { ADDRESS_PATTERN } from '../core/index.ts';

/** Steps from a value inwards: the name of a field, an index of a tuple, or `*` for each item of a list. */
export type Place = readonly (string | number)[];

interface JsonSchema {
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
}

/** @returns each place once, though several members of a union may have it */
export function addressPlaces(schema: TSchema): Place[] {
  const places = new Map(placesIn(schema).map((place) => [place.join('/'), place]));
  return [...places.values()];
}

function placesIn({ pattern, properties = {}, items, anyOf = [] }: JsonSchema): Place[] {
  if (pattern === ADDRESS_PATTERN) return [[]];
  const steps: [string | number, JsonSchema][] = Object.entries(properties);
  if (isTuple(items)) steps.push(...items.entries());
  else if (items !== undefined) steps.push(['*', items]);
  const inner = steps.flatMap(([step, schema]) => placesIn(schema).map((place) => [step, ...place]));
  return [...inner, ...anyOf.flatMap(placesIn)];
}

function isTuple(items: JsonSchema['items']): items is readonly JsonSchema[] {
  return Array.isArray(items);
}
