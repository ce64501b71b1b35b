/**
 * Why a value does not fit a schema, in one line that names the field and what was expected. Whether it fits is the
 * library's word; its own messages are not used because of a union they list every branch that was not meant.
 */
import { Check } from 'typebox/value';
import type { TSchema } from 'typebox';
import { nearestName } from './nearest-name.ts';

/** The parts of JSON Schema that the scenario file is described with. */
interface Described {
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly Described[];
  readonly properties?: Readonly<Record<string, Described>>;
  readonly required?: readonly string[];
  readonly items?: Described;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** @returns `undefined` when the value fits; else the first complaint: `faults[2].nodes.part: expected …, got …` */
export function complaintAbout(schema: TSchema, value: unknown): string | undefined {
  if (Check(schema, value)) return undefined;
  return complain(schema, value, '') ?? complaintOf(schema, value, '');
}

export function complaint(path: string, expected: string, value: unknown): string {
  return at(path, `expected ${expected}, got ${show(value)}`);
}

/** With the name that was meant, where the schema has names. */
function complaintOf(schema: Described, value: unknown, path: string): string {
  const names = (schema.anyOf ?? []).map((branch) => branch.const).filter((name) => typeof name === 'string');
  return `${complaint(path, wordsFor(schema), value)}${meant(value, names)}`;
}

function meant(value: unknown, names: readonly string[]): string {
  const nearest = typeof value === 'string' ? nearestName(value, names) : undefined;
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}

export function at(path: string, what: string): string {
  return path === '' ? what : `${path}: ${what}`;
}

function complain(schema: Described, value: unknown, path: string): string | undefined {
  if (fits(schema, value)) return undefined;
  if (schema.anyOf !== undefined) return complainOfUnion(schema, schema.anyOf, value, path);
  if (schema.type === 'object' && isObject(value)) return complainOfObject(schema, value, path);
  if (schema.type === 'array' && Array.isArray(value)) {
    for (const [index, entry] of value.entries()) {
      const found = complain(schema.items ?? {}, entry, `${path}[${index}]`);
      if (found !== undefined) return found;
    }
    return at(path, `expected ${wordsFor(schema)}, got ${value.length}`);
  }
  return complaintOf(schema, value, path);
}

function fits(schema: Described, value: unknown): boolean {
  return Check(schema as TSchema, value);
}

function complainOfObject(
  { properties = {}, required = [] }: Described,
  value: Readonly<Record<string, unknown>>,
  path: string,
): string | undefined {
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(properties, name)) return unknownField(join(path, name), name, Object.keys(properties));
  }
  for (const [name, schema] of Object.entries(properties)) {
    if (!Object.hasOwn(value, name)) {
      if (required.includes(name)) return at(join(path, name), `expected ${wordsFor(schema)}, got nothing`);
      continue;
    }
    const found = complain(schema, value[name], join(path, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Of the branch that is meant, if the value's own fields tell which. */
function complainOfUnion(
  schema: Described,
  branches: readonly Described[],
  value: unknown,
  path: string,
): string | undefined {
  if (Array.isArray(value)) {
    const list = branches.find(({ type }) => type === 'array');
    return list === undefined ? complaintOf(schema, value, path) : complain(list, value, path);
  }
  const objects = branches.filter(({ type }) => type === 'object');
  if (!isObject(value) || objects.length === 0) return complaintOf(schema, value, path);
  const tag = tagOf(objects);
  if (tag !== undefined) {
    const branch = objects.find(({ properties }) => properties?.[tag]?.const === value[tag]);
    if (branch !== undefined) return complain(branch, value, path);
    const known = objects.map(({ properties }) => String(properties?.[tag]?.const));
    const names = `one of ${known.map((name) => JSON.stringify(name)).join(', ')}`;
    const isThere = Object.hasOwn(value, tag);
    return isThere
      ? `${complaint(join(path, tag), names, value[tag])}${meant(value[tag], known)}`
      : at(join(path, tag), `expected ${names}, got nothing`);
  }
  const branch = objects.length === 1 ? objects[0] : objects.find(({ required }) => required?.some((n) => n in value));
  return branch === undefined ? complaintOf(schema, value, path) : complain(branch, value, path);
}

/** The field whose constant tells these objects apart. */
function tagOf(objects: readonly Described[]): string | undefined {
  const names = Object.keys(objects[0]?.properties ?? {});
  return names.find((name) => objects.every(({ properties }) => properties?.[name]?.const !== undefined));
}

function wordsFor(schema: Described): string {
  const { type, anyOf, minimum, maximum } = schema;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (anyOf !== undefined) return wordsForUnion(anyOf);
  switch (type) {
    case 'integer':
      return `a whole number from ${minimum} to ${maximum}`;
    case 'number':
      return `a number from ${minimum} to ${maximum}`;
    case 'boolean':
      return 'true or false';
    case 'string':
      return `a text of ${schema.minLength ?? 0} to ${schema.maxLength} characters`;
    case 'array':
      return `a list of ${schema.minItems ?? 0} to ${schema.maxItems} entries`;
    case 'object':
      return `an object${(schema.required ?? []).length > 0 ? ` with ${schema.required?.join(', ')}` : ''}`;
    default:
      return type ?? 'something else';
  }
}

function wordsForUnion(branches: readonly Described[]): string {
  const constants = branches.filter((branch) => branch.const !== undefined).map(wordsFor);
  const objects = branches.filter(({ type }) => type === 'object');
  const others = branches.filter((branch) => branch.const === undefined && branch.type !== 'object').map(wordsFor);
  const tag = tagOf(objects);
  const forms =
    tag === undefined
      ? objects.map(({ required = [] }) => `{"${required.join('", "')}": …}`)
      : [`an object with "${tag}"`];
  const words = [constants.length > 1 ? `one of ${constants.join(', ')}` : constants.join(''), ...others];
  return [...words, ...(objects.length > 0 ? forms : [])].filter((word) => word !== '').join(' or ');
}

function unknownField(path: string, name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  if (nearest !== undefined) return `${path}: there is no such field; did you mean ${nearest}?`;
  return `${path}: there is no such field; there is ${known.join(', ')}`;
}

function join(path: string, name: string): string {
  const isPlain = /^[A-Za-z_$][\w$]{0,63}$/.test(name);
  if (!isPlain) return `${path}[${show(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}

/** One short line, whatever it is; nothing that a terminal would obey. */
function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return `${value as number | boolean | null}`;
  const text = value.length > 40 ? `${value.slice(0, 40)}…` : value;
  return JSON.stringify(text).replace(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069]/g, '?');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
