/**
 * What a scenario file may say, as JSON Schema: every field but those that make an entry of a list what it is may be
 * left out (`scenario-file.ts` has the defaults), fields that are not here are refused, every number has bounds.
 * Where one value says it all it may stand alone: `"delay": 50`, `"join": "chain"`, `"updates": 20`.
 *
 * It runs in a browser's worker too: checked by interpretation (`typebox/value`), never by generated code.
 */
import Type, { type Static, type TProperties, type TSchema } from 'typebox';
import { MAX_MS, MAX_NODES, MAX_RECEIPT_MS, PARAMETER_BOUNDS, STRATEGY_NAMES } from '../core/index.ts';
import type { Parameters, StrategyName } from '../core/index.ts';
import type { Scenario } from './scenario.ts';

const MAX_DELAY_MS = 3_600_000;
const MAX_UPDATES = 100_000;
const MAX_ENTRIES = 100_000;
const MAX_REGIONS = 64;
const MAX_PLACE_LENGTH = 100;
/** A node refuses longer favourites. */
const MAX_BOOK_LENGTH = 500;

const STRICT = { additionalProperties: false } as const;
const whole = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });
const part = Type.Number({ minimum: 0, maximum: 1 });
const delayMs = Type.Number({ minimum: 0, maximum: MAX_DELAY_MS });
const atMs = Type.Number({ minimum: 0, maximum: MAX_MS });
const durationMs = Type.Number({ minimum: 0, maximum: MAX_MS });
const nodeIndex = whole(0, MAX_NODES - 1);
const orNever = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const join = <How extends string>(how: How) =>
  Type.Object({ how: Type.Literal(how), everyMs: Type.Optional(durationMs) }, STRICT);

const JoinSchema = Type.Union([
  Type.Literal('seed'),
  Type.Literal('chain'),
  Type.Literal('random'),
  Type.Literal('graph'),
  join('seed'),
  join('chain'),
  join('random'),
  Type.Object(
    { how: Type.Literal('graph'), degree: Type.Optional(Type.Number({ minimum: 1, maximum: 1000 })) },
    STRICT,
  ),
]);

const Updates = Type.Object(
  {
    count: Type.Optional(whole(0, MAX_UPDATES)),
    startMs: Type.Optional(atMs),
    everyMs: Type.Optional(durationMs),
    origins: Type.Optional(whole(0, MAX_NODES)),
    warmUp: Type.Optional(whole(0, MAX_UPDATES)),
    receiptWithinMs: Type.Optional(Type.Number({ minimum: 0, maximum: MAX_RECEIPT_MS })),
  },
  STRICT,
);

const WorkloadSchema = Type.Object(
  {
    favorites: Type.Optional(Type.Boolean()),
    resampleMs: Type.Optional(durationMs),
    updates: Type.Optional(Type.Union([whole(0, MAX_UPDATES), Updates])),
    publish: Type.Optional(
      Type.Array(
        Type.Object(
          { atMs, node: nodeIndex, book: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_BOOK_LENGTH })) },
          STRICT,
        ),
        { maxItems: MAX_ENTRIES },
      ),
    ),
  },
  STRICT,
);

/** A city by its name (`places.ts`), or any place on Earth; its name is for people. */
const Place = Type.Union([
  Type.String({ minLength: 1, maxLength: MAX_PLACE_LENGTH }),
  Type.Object(
    {
      name: Type.Optional(Type.String({ maxLength: MAX_PLACE_LENGTH })),
      latitude: Type.Number({ minimum: -90, maximum: 90 }),
      longitude: Type.Number({ minimum: -180, maximum: 180 }),
    },
    STRICT,
  ),
]);

const perMessage = Type.Optional(Type.Boolean());

const DelaySchema = Type.Union([
  delayMs,
  Type.Object({ kind: Type.Literal('constant'), ms: delayMs }, STRICT),
  Type.Object({ kind: Type.Literal('uniform'), minMs: delayMs, maxMs: delayMs, perMessage }, STRICT),
  Type.Object(
    {
      kind: Type.Literal('logNormal'),
      medianMs: delayMs,
      sigma: Type.Optional(Type.Number({ minimum: 0, maximum: 5 })),
      maxMs: Type.Optional(delayMs),
      perMessage,
    },
    STRICT,
  ),
  Type.Object(
    {
      kind: Type.Literal('regions'),
      matrixMs: Type.Optional(
        Type.Array(Type.Array(delayMs, { maxItems: MAX_REGIONS }), { minItems: 1, maxItems: MAX_REGIONS }),
      ),
      places: Type.Optional(Type.Array(Place, { minItems: 1, maxItems: MAX_REGIONS })),
      jitterMs: Type.Optional(delayMs),
    },
    STRICT,
  ),
]);

const NetworkSchema = Type.Object(
  {
    delay: Type.Optional(DelaySchema),
    loss: Type.Optional(part),
    duplication: Type.Optional(part),
    reordering: Type.Optional(part),
    bytesPerSecond: Type.Optional(Type.Number({ minimum: 0, maximum: 1e12 })),

    serviceMs: Type.Optional(Type.Number({ minimum: 0, maximum: 60_000 })),
    cores: Type.Optional(Type.Integer({ minimum: 0, maximum: 1024 })),
    refusedAfterMs: Type.Optional(orNever(delayMs)),
    closedAfterMs: Type.Optional(orNever(delayMs)),
    timeoutMs: Type.Optional(orNever(delayMs)),
  },
  STRICT,
);

const SelectionSchema = Type.Union([
  Type.Array(nodeIndex, { maxItems: MAX_NODES }),
  Type.Object({ count: whole(0, MAX_NODES) }, STRICT),
  Type.Object({ part }, STRICT),
]);

const fault = <Do extends string, Rest extends TProperties>(what: Do, rest: Rest) =>
  Type.Object({ atMs, do: Type.Literal(what), ...rest }, STRICT);
const nodes = SelectionSchema;
const remember = Type.Optional(Type.Boolean());

const FaultSchema = Type.Union([
  fault('kill', { nodes }),
  fault('leave', { nodes }),
  fault('pause', { nodes }),
  fault('resume', { nodes }),
  fault('restart', { nodes, remember }),
  fault('slow', { nodes, factor: Type.Number({ minimum: 0.001, maximum: 1e6 }) }),
  fault('partition', { nodes, oneWay: Type.Optional(Type.Boolean()) }),
  fault('heal', {}),
  fault('drift', { nodes, rate: Type.Number({ minimum: 0.01, maximum: 100 }) }),
  fault('lose', { chance: part }),
  fault('churn', {
    killsPerSecond: Type.Number({ minimum: 0, maximum: 10_000 }),
    downMs: Type.Optional(durationMs),
    untilMs: Type.Optional(atMs),
    remember,
  }),
]);

export const PARAMETER_NAMES = Object.keys(PARAMETER_BOUNDS) as readonly (keyof Parameters)[];

const ParametersSchema = Type.Unsafe<Partial<Parameters>>(
  Type.Object(
    Object.fromEntries(
      Object.entries(PARAMETER_BOUNDS).map(([name, bounds]) => [
        name,
        Type.Optional(typeof bounds === 'string' ? Type.Boolean() : whole(...bounds)),
      ]),
    ),
    STRICT,
  ),
);

export const ScenarioFileSchema = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    description: Type.Optional(Type.String({ maxLength: 2000 })),
    seed: Type.Optional(whole(0, 2 ** 31 - 1)),
    nodes: Type.Optional(whole(1, MAX_NODES)),
    durationMs: Type.Optional(Type.Number({ minimum: 1, maximum: MAX_MS })),
    strategy: Type.Optional(Type.Unsafe<StrategyName>(Type.Union(STRATEGY_NAMES.map((name) => Type.Literal(name))))),
    parameters: Type.Optional(ParametersSchema),
    join: Type.Optional(JoinSchema),
    workload: Type.Optional(WorkloadSchema),
    network: Type.Optional(NetworkSchema),
    faults: Type.Optional(Type.Array(FaultSchema, { maxItems: MAX_ENTRIES })),
  },
  STRICT,
);
export type ScenarioFile = Static<typeof ScenarioFileSchema>;

/** A file's type with nothing left out and nothing in short: places stand for a matrix. */
type Spelled<T> = T extends readonly (infer Entry)[]
  ? readonly Spelled<Entry>[]
  : T extends object
    ? { readonly [Name in keyof T as Exclude<Name, 'places'>]-?: Spelled<InFull<T[Name]>> }
    : T;
/** Without the plain values that stand for an object. */
type InFull<T> = [Extract<T, object>] extends [never] ? T : Extract<T, object>;
type SpelledFile = Omit<Spelled<ScenarioFile>, 'parameters'> & Pick<Required<ScenarioFile>, 'parameters'>;

/** Compiles only while what a file may say and what a scenario is made of agree, each field, in both directions. */
type Within<Whole, Part extends Whole> = Part;
export type Agreement = Within<Scenario, SpelledFile> & Within<SpelledFile, Scenario>;
