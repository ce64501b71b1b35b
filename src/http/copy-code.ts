/**
 * Writes the code that copies a value by its schema: the fields that the schema names, at every level, and no others.
 * So what is beyond the schema is neither kept nor passed on, and one kind of message has one shape.
 */
import type { TSchema } from 'typebox';

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
}

/** @returns an expression: a function of a value that fits the schema */
export function copyCode(schema: TSchema): string {
  return `(value) => ${copyOf(schema, 'value')}`;
}

function copyOf(schema: JsonSchema, value: string): string {
  const { properties, required = [], items } = schema;
  if (!holdsObjects(schema)) return value;
  if (properties === undefined) {
    if (items === undefined || isTuple(items)) throw new Error('objects within a union or a tuple cannot be copied');
    return `${value}.map((item) => ${copyOf(items, 'item')})`;
  }
  const names = Object.keys(properties);
  const copy = (name: string): string => copyOf(properties[name]!, `from.${name}`);
  const always = names.filter((name) => required.includes(name)).map((name) => `${name}: ${copy(name)}`);
  const sometimes = names
    .filter((name) => !required.includes(name))
    .map((name) => `if (from.${name} !== undefined) copy.${name} = ${copy(name)};`);
  return `((from) => { const copy = { ${always.join(', ')} }; ${sometimes.join(' ')} return copy; })(${value})`;
}

/** Anything else may be handed on as it is: JSON has no fields but those of objects. */
function holdsObjects({ properties, items, anyOf = [] }: JsonSchema): boolean {
  if (properties !== undefined) return true;
  const inner = items === undefined ? anyOf : isTuple(items) ? items : [items];
  return inner.some(holdsObjects);
}

function isTuple(items: JsonSchema | readonly JsonSchema[]): items is readonly JsonSchema[] {
  return Array.isArray(items);
}
