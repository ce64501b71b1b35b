/**
 * Values by their JSON Schema, as `src/http/schemas.ts` defines them: most fit it, some are just beyond one of its bounds. A new
 * field or message there is tried without a line here; a new pattern is an error until it is given values.
 */
import { ADDRESS_PATTERN } from '../../src/core/index.ts';
import { CLUSTER_PATTERN } from '../../src/http/cluster-name.ts';
import { RumorSchema } from '../../src/http/schemas.ts';
import { anyAddress, madeUpOrigin, type Cast } from './cast.ts';
import type { Draws } from './draws.ts';
import { deepNest, ODD_NAMES, oddText, pollution } from './hostile-values.ts';
import { Fields, textOf, type Tree } from './tree.ts';

export interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
}

type Make = (draws: Draws, cast: Cast) => Tree;

const HEX = '0123456789abcdef';
const VISIBLE = 'abcdefghijkLMNOPQ0123456789-_!"#$~';
/** Beyond a bound of its schema, of all values that have one, in percent. */
const BEYOND = 2;
/** More than a body may have. */
const MAX_LIST_CHARACTERS = 70_000;
/** Few, so that tables and caches reach their size early in a run. */
const KEYS: readonly string[] = [...ODD_NAMES.slice(0, 12), 'mood', 'k'.repeat(64), '\u001b[2J', '😀', 'a\nb'];

const PATTERNS: ReadonlyMap<string, Make> = new Map<string, Make>([
  [ADDRESS_PATTERN, anyAddress],
  [CLUSTER_PATTERN, (draws, cast) => (draws.chance(85) ? cast.cluster : draws.text(draws.between(1, 64), VISIBLE))],
  ['^[\\x21-\\x7e]+$', (draws) => draws.text(draws.pick([1, 2, 8, 36, 64]), VISIBLE)],
  ['^[0-9a-f]{8}$', (draws) => draws.text(8, HEX)],
  ['^[0-9a-f]{16}$', (draws) => draws.text(16, HEX)],
  ['^[0-9a-f]{2048}$', (draws) => draws.text(8, HEX).repeat(256)],
  [
    '^(?:[0-9a-f]{8}|suspect|down|left)$',
    (draws) => (draws.chance(50) ? draws.text(8, HEX) : draws.pick(['suspect', 'down', 'left'])),
  ],
]);

export function valueOf(schema: JsonSchema, draws: Draws, cast: Cast): Tree {
  if (schema.const !== undefined) return schema.const as Tree;
  if (schema.anyOf !== undefined) return valueOf(draws.pick(schema.anyOf), draws, cast);
  switch (schema.type) {
    case 'object':
      return objectOf(schema, draws, cast);
    case 'array':
      return listOf(schema, draws, cast);
    case 'string':
      return stringOf(schema, draws, cast);
    case 'integer':
    case 'number':
      return integerOf(schema, draws);
    case 'boolean':
      return draws.chance(50);
    case undefined:
      return payloadOf(draws);
    default:
      throw new Error(`no values for the type ${schema.type}`);
  }
}

function objectOf(schema: JsonSchema, draws: Draws, cast: Cast): Fields {
  const { properties = {}, required = [] } = schema;
  const there = Object.entries(properties).filter(([name]) => required.includes(name) || draws.chance(40));
  const isKey = (name: string): boolean => name === 'key' && !draws.chance(BEYOND);
  const fields = new Fields(
    there.map(([name, inner]) => [name, isKey(name) ? draws.pick(KEYS) : valueOf(inner, draws, cast)]),
  );
  if (schema !== (RumorSchema as JsonSchema)) return fields;
  const told = fields.with('origin', madeUpOrigin(draws, cast));
  return draws.chance(95) ? told.with('version', risingVersion(draws)) : told;
}

/** As of nodes that go on saying something: of versions at random nearly all would soon be older than what is held. */
function risingVersion(draws: Draws): number {
  const { block } = draws;
  return Math.max(1, (typeof block === 'number' ? block : 1) + draws.between(-2, 2));
}

function listOf({ items = {}, maxItems = 100 }: JsonSchema, draws: Draws, cast: Cast): Tree {
  if (Array.isArray(items)) return (items as readonly JsonSchema[]).map((item) => valueOf(item, draws, cast));
  const one = (): Tree => valueOf(items as JsonSchema, draws, cast);
  if (draws.chance(BEYOND)) {
    // What is long is the same over and over: drawing each would be most of the work of a run. And no longer than is read.
    const few = [one(), one(), one()];
    const length = Math.min(maxItems + draws.between(-1, 1), Math.ceil(MAX_LIST_CHARACTERS / textOf(few).length) * 3);
    return Array.from({ length }, (_, i) => few[i % 3] as Tree);
  }
  return Array.from({ length: draws.pick([0, 1, 1, 2, 3, 8]) }, one);
}

function stringOf({ pattern, minLength = 0, maxLength = 64 }: JsonSchema, draws: Draws, cast: Cast): Tree {
  if (pattern === undefined) {
    const length = draws.chance(BEYOND) ? draws.pick([minLength - 1, maxLength + 1]) : draws.between(minLength, 12);
    return draws.chance(70) ? draws.text(Math.max(0, length), VISIBLE) : oddText(draws);
  }
  const make = PATTERNS.get(pattern);
  if (make === undefined) throw new Error(`the fuzzer has no values for the pattern ${pattern}`);
  const fit = make(draws, cast);
  return draws.chance(BEYOND) && typeof fit === 'string' ? fit + draws.pick(['', '\n', ' ', 'x', '\u0000', fit]) : fit;
}

function integerOf({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema, draws: Draws): Tree {
  if (draws.chance(BEYOND)) return draws.pick([minimum - 1, maximum + 1, minimum + 0.5, -maximum]);
  const small = minimum + draws.below(Math.min(maximum - minimum, 50) + 1);
  return draws.pick([minimum, maximum, small, small, small, Math.floor((minimum + maximum) / 2)]);
}

function payloadOf(draws: Draws): Tree {
  const kind = draws.below(20);
  if (kind < 8) return new Fields([['book', draws.text(draws.below(30), VISIBLE)]]);
  if (kind < 11) return new Fields([['book', oddText(draws)]]);
  if (kind < 13) return draws.pick<Tree>([null, true, 0, '', [], new Fields([])]);
  if (kind < 15) return new Fields([pollution(draws)]);
  if (kind < 16) return deepNest(draws);
  if (kind < 17) return new Fields([['book', 'x'.repeat(draws.pick([100, 2000, 4084, 4086]))]]);
  return Array.from({ length: draws.below(5) }, () => oddText(draws));
}
