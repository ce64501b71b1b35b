/** What a service's schema makes of the payloads that travel, by the interface that schema libraries share: https://standardschema.dev */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Payload } from '../core/index.ts';

export type Issues = readonly StandardSchemaV1.Issue[];

/** What a payload is to this service: a value, or why it is none. */
export type Reading<Value> = { readonly value: Value; readonly issues?: undefined } | { readonly issues: Issues };

/** `set` was given what its schema refuses: nothing was told. */
export class InvalidValue extends TypeError {
  constructor(readonly issues: Issues) {
    super(`the value does not fit the schema: ${issues.map(issueText).join('; ')}`);
    this.name = 'InvalidValue';
  }
}

/** The path to what is wrong, and what is wrong with it. */
export function issueText({ path = [], message }: StandardSchemaV1.Issue): string {
  const names = path.map((part) => String(typeof part === 'object' ? part.key : part));
  return names.length === 0 ? message : `${names.join('.')}: ${message}`;
}

/** Reads payloads through a schema, each once: they never change. */
export class Reader<Value> {
  private readonly readings = new WeakMap<object, Reading<Value>>();

  /** @param schema without one every payload is a value */
  constructor(private readonly schema: StandardSchemaV1<unknown, Value> | undefined) {}

  read(payload: Payload): Reading<Value> {
    if (typeof payload !== 'object' || payload === null) return this.validate(payload);
    let reading = this.readings.get(payload);
    if (reading === undefined) {
      // A reader may change what it is given. That must not change what this node tells others.
      reading = this.validate(structuredClone(payload));
      this.readings.set(payload, reading);
    }
    return reading;
  }

  /** A schema is not our code: what it throws is an issue, too. */
  private validate(payload: Payload): Reading<Value> {
    if (this.schema === undefined) return { value: payload as Value };
    try {
      const result = this.schema['~standard'].validate(payload);
      if (!isPromise(result)) return result.issues === undefined ? { value: result.value } : { issues: result.issues };
      result.catch(() => undefined);
      return { issues: [{ message: ASYNC }] };
    } catch (error) {
      return { issues: [{ message: `the schema threw ${String(error)}` }] };
    }
  }
}

/** `get` and `members()` answer at once, from a table whose records may be replaced while a schema makes up its mind. */
const ASYNC = 'the schema validates asynchronously, and only one that answers at once can be used';

function isPromise(result: unknown): result is Promise<unknown> {
  return typeof result === 'object' && result !== null && 'then' in result;
}

/**
 * What a value is when it has travelled as JSON: so its own node sees what all others see.
 *
 * @throws {TypeError} when it has no JSON
 */
export function asPayload(value: unknown): Payload {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`a value must be JSON, got ${typeof value}; delete() takes one back`);
  return JSON.parse(text) as Payload;
}
