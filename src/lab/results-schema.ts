/**
 * What `sweep.json` may hold. It is read back from a folder that anybody may have edited, and what it says ends up in
 * scenarios, in file columns and on a terminal: so all of it is checked before any is used.
 */
import Type, { type TSchema } from 'typebox';
import { parseScenario, ScenarioError } from '../scenario/scenario-file.ts';
import { at, complaint, complaintAbout } from '../scenario/schema-complaint.ts';
import { MEASURE_NAMES } from './run-measures.ts';
import type { SweepHead } from './sweep-head.ts';
import { MAX_SEED, MAX_SEEDS, MAX_WARM_UP } from './sweep-file.ts';

const MAX_SETTINGS = 1_000_000;
const MAX_VARIED = 1000;
const STRICT = { additionalProperties: false } as const;

const text = (maxLength: number) => Type.String({ maxLength });
const name = Type.String({ minLength: 1, maxLength: 1000 });
/** Looked at apart: its fields are not known here. */
const anyObject = Type.Object({});
const value: TSchema = Type.Union([
  Type.Number({ minimum: -Number.MAX_VALUE, maximum: Number.MAX_VALUE }),
  Type.Boolean(),
  text(1000),
]);

const SweepHeadSchema = Type.Object(
  {
    format: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    version: Type.String({ minLength: 1, maxLength: 100 }),
    name,
    description: text(2000),
    command: text(1_000_000),
    base: anyObject,
    scenario: anyObject,
    warmUpUpdates: Type.Integer({ minimum: 0, maximum: MAX_WARM_UP }),
    varied: Type.Array(
      Type.Object({ name, path: name, values: Type.Array(value, { maxItems: MAX_SETTINGS }) }, STRICT),
      {
        maxItems: MAX_VARIED,
      },
    ),
    settings: Type.Array(
      Type.Object({ number: Type.Integer({ minimum: 1, maximum: MAX_SETTINGS }), values: anyObject }, STRICT),
      { minItems: 1, maxItems: MAX_SETTINGS },
    ),
    seeds: Type.Array(Type.Integer({ minimum: 0, maximum: MAX_SEED }), { minItems: 1, maxItems: MAX_SEEDS }),
    measures: Type.Array(Type.Union(MEASURE_NAMES.map((each) => Type.Literal(each))), {
      maxItems: MEASURE_NAMES.length,
    }),
  },
  STRICT,
);

/** @returns `undefined` when it is a head; else one line that names the field: `settings[2].values.ttl: expected …` */
export function complaintAboutHead(json: unknown): string | undefined {
  const wrong = complaintAbout(SweepHeadSchema, json);
  if (wrong !== undefined) return wrong;
  const head = json as SweepHead;
  return complaintAboutTexts(head) ?? complaintAboutLists(head) ?? complaintAboutSettings(head) ?? ofScenario(head);
}

/** What is shown as it stands must not hold what a terminal would obey. */
function complaintAboutTexts({ version, name: title, command, varied }: SweepHead): string | undefined {
  const texts: (readonly [path: string, text: string])[] = [
    ['version', version],
    ['name', title],
    ['command', command],
    ...varied.flatMap((each, i) => [
      [`varied[${i}].name`, each.name] as const,
      [`varied[${i}].path`, each.path] as const,
      ...each.values.map((entry, j) => [`varied[${i}].values[${j}]`, String(entry)] as const),
    ]),
  ];
  const bad = texts.find(([, each]) => /\p{Cc}/u.test(each));
  return bad && complaint(bad[0], 'a text without control characters', bad[1]);
}

/** Twice the same would be two columns, or two rows, of one name. */
function complaintAboutLists({ varied, seeds, measures }: SweepHead): string | undefined {
  const lists = { varied: varied.map((each) => each.name), seeds, measures };
  for (const [path, list] of Object.entries(lists)) {
    const seen = new Set<unknown>();
    const twice = list.findIndex((entry) => seen.size === seen.add(entry).size);
    if (twice >= 0) return complaint(`${path}[${twice}]`, 'each once', list[twice]);
  }
  return undefined;
}

function complaintAboutSettings({ settings, varied }: SweepHead): string | undefined {
  const tried = new Map(varied.map((each) => [each.name, new Set(each.values)]));
  for (const [i, { number, values }] of settings.entries()) {
    const path = `settings[${i}]`;
    if (number !== i + 1) return complaint(`${path}.number`, String(i + 1), number);
    for (const [parameter, each] of Object.entries(values)) {
      const own = tried.get(parameter);
      if (own === undefined) return at(`${path}.values`, `${JSON.stringify(parameter)} is not among varied`);
      if (!own.has(each)) return complaint(`${path}.values.${parameter}`, 'one of its values in varied', each);
    }
  }
  return undefined;
}

function ofScenario({ scenario }: SweepHead): string | undefined {
  try {
    parseScenario(scenario);
    return undefined;
  } catch (error) {
    if (error instanceof ScenarioError) return at('scenario', error.message);
    throw error;
  }
}
