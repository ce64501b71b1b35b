/**
 * A scenario in an address, so that a link shows somebody else the same run: `v=1&nodes=100&strategy=plumtree&seed=7&loss=0.02`.
 * It holds what differs from the defaults and nothing else. Everything that decides what happens is in it; of the words
 * about a scenario, only its name.
 */
import type { Delay, JoinPlan } from '../../scenario/scenario.ts';
import { DEFAULT_PARAMETERS, ScenarioError, type Scenario } from '../../sim/simulate.ts';
import {
  AddressError,
  faultText,
  publicationText,
  quoted,
  readFault,
  readNumber,
  readPublication,
  readText,
} from './list-text.ts';
import { pageScenario } from './page-limits.ts';
import { valueAt, withValue, type Settings } from './settings.ts';

export { AddressError } from './list-text.ts';

/** To be raised when an address of old would mean another run. */
const VERSION = '1';
/** Browsers take more, but not all that passes links on does. */
const MAX_LENGTH = 32_768;
const NEVER = 'never';
/** A delay that is drawn for each message, not for each link. */
const ANEW = ':anew';

/** A field's way into the address and back. `path`: where a scenario file has it. */
interface Field {
  readonly key: string;
  readonly path: readonly string[];
  /** Of the scenario's value. */
  write(value: never): string;
  /** To what a scenario file would say. @throws AddressError */
  read(text: string): unknown;
}

const number = (key: string, ...path: readonly string[]): Field => ({
  key,
  path,
  write: (value: number | boolean) => `${Number(value)}`,
  read: (text) => readNumber(text, key),
});
const text = (key: string, ...path: readonly string[]): Field => ({
  key,
  path,
  write: (value: string) => encodeURIComponent(value),
  read: readText,
});
const numberOrNever = (key: string, ...path: readonly string[]): Field => ({
  key,
  path,
  write: (value: number | null) => (value === null ? NEVER : `${value}`),
  read: (word) => (word === NEVER ? null : readNumber(word, key)),
});
const yesOrNo = (key: string, ...path: readonly string[]): Field => ({
  key,
  path,
  write: (value: boolean) => (value ? 'yes' : 'no'),
  read: (word) => {
    if (word === 'yes' || word === 'no') return word === 'yes';
    throw new AddressError(`${key}: expected yes or no, got ${quoted(word)}`);
  },
});

const FIELDS: readonly Field[] = [
  text('name', 'name'),
  number('nodes', 'nodes'),
  text('strategy', 'strategy'),
  number('seed', 'seed'),
  ...Object.keys(DEFAULT_PARAMETERS).map((name) =>
    name === 'failedSendsAreReported' ? yesOrNo(name, 'parameters', name) : number(name, 'parameters', name),
  ),
  { key: 'join', path: ['join'], write: joinText, read: readJoin },
  { key: 'delay', path: ['network', 'delay'], write: delayText, read: readDelay },
  number('loss', 'network', 'loss'),
  number('duplication', 'network', 'duplication'),
  number('reordering', 'network', 'reordering'),
  number('bytesPerSecond', 'network', 'bytesPerSecond'),
  number('serviceMs', 'network', 'serviceMs'),
  number('cores', 'network', 'cores'),
  numberOrNever('refusedAfterMs', 'network', 'refusedAfterMs'),
  numberOrNever('closedAfterMs', 'network', 'closedAfterMs'),
  numberOrNever('timeoutMs', 'network', 'timeoutMs'),
  yesOrNo('favorites', 'workload', 'favorites'),
  number('resampleMs', 'workload', 'resampleMs'),
  number('updates', 'workload', 'updates', 'count'),
  number('updatesFrom', 'workload', 'updates', 'startMs'),
  number('updatesEvery', 'workload', 'updates', 'everyMs'),
  number('updatesOrigins', 'workload', 'updates', 'origins'),
  number('updatesWarmUp', 'workload', 'updates', 'warmUp'),
  number('updatesReceiptWithinMs', 'workload', 'updates', 'receiptWithinMs'),
  listOf('publish', ['workload', 'publish'], publicationText, readPublication),
  number('for', 'durationMs'),
  listOf('faults', ['faults'], faultText, readFault),
];

function listOf<T>(key: string, path: readonly string[], write: (entry: T) => string, read: (text: string) => object) {
  return {
    key,
    path,
    write: (entries: readonly T[]) => entries.map(write).join(';'),
    read: (all: string) => (all === '' ? [] : all.split(';').map((entry) => read(entry))),
  };
}

/** What comes after the `#`. A scenario without its description is the same after there and back. */
export function encodeScenario(scenario: Scenario): string {
  const wanted = JSON.stringify(withoutWords(scenario));
  const meansTheSame = (said: readonly Said[]): boolean => {
    try {
      return JSON.stringify(withoutWords(pageScenario(fileOf(said)))) === wanted;
    } catch (error) {
      if (error instanceof ScenarioError) return false;
      throw error;
    }
  };
  let said = FIELDS.flatMap((field): Said[] => {
    const value = valueAt(scenario, field.path);
    return value === undefined ? [] : [{ field, text: field.write(value as never) }];
  });
  // The last first: what comes later follows, where it is left out, from what comes before.
  for (const each of said.toReversed()) {
    const rest = said.filter((other) => other !== each);
    if (meansTheSame(rest)) said = rest;
  }
  return [`v=${VERSION}`, ...said.map(({ field, text: word }) => `${field.key}=${word}`)].join('&');
}

/**
 * @param address what comes after the `#`, with or without it; nothing: the default scenario
 * @throws AddressError, ScenarioError: one line that names the field
 */
export function decodeScenario(address: string): Scenario {
  return pageScenario(readAddress(address));
}

/** What it says, as a scenario file would say it. @throws AddressError */
export function readAddress(address: string): Settings {
  const words = address.replace(/^#/, '');
  if (words.length > MAX_LENGTH) throw new AddressError(`the address is longer than ${MAX_LENGTH} characters`);
  const said: Said[] = [];
  for (const word of words.split('&').filter((part) => part !== '')) {
    const [, key = word, value = ''] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
    if (key === 'v') {
      if (value === VERSION) continue;
      throw new AddressError(`v: this page reads version ${VERSION} of such addresses, got ${quoted(value)}`);
    }
    const field = FIELDS.find((candidate) => candidate.key === key);
    if (field === undefined) throw new AddressError(`${quoted(key)}: there is no such field in an address`);
    if (said.some((other) => other.field === field)) throw new AddressError(`${key}: it is there twice`);
    said.push({ field, text: value });
  }
  return fileOf(said);
}

/** One field as the address has it. */
interface Said {
  readonly field: Field;
  readonly text: string;
}

function fileOf(said: readonly Said[]): Settings {
  return said.reduce<Settings>(
    (file, { field, text: word }) =>
      withValue(
        file,
        field.path,
        within(field.key, () => field.read(word)),
      ),
    {},
  );
}

function within<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AddressError) || error.message.startsWith(`${key}:`)) throw error;
    throw new AddressError(`${key}: ${error.message}`);
  }
}

/** In one order, whatever order it was put together in. */
function withoutWords(scenario: Scenario): unknown {
  return ordered({ ...scenario, description: '' });
}

function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(ordered);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, entry]) => [name, ordered(entry)]),
  );
}

function joinText(join: JoinPlan): string {
  return join.how === 'graph' ? `graph:${join.degree}` : `${join.how}:${join.everyMs}`;
}

function readJoin(word: string): unknown {
  const [how = '', amount] = word.split(':', 2);
  if (amount === undefined) return how;
  return how === 'graph' ? { how, degree: readNumber(amount, 'join') } : { how, everyMs: readNumber(amount, 'join') };
}

/** `50`, `10~100`, `lognormal:50,0.5,1000`, each of the last two also with `:anew`; `regions:1,80;80,1:5`. */
function delayText(delay: Delay): string {
  switch (delay.kind) {
    case 'constant':
      return `${delay.ms}`;
    case 'uniform':
      return `${delay.minMs}~${delay.maxMs}${anew(delay)}`;
    case 'logNormal':
      return `lognormal:${delay.medianMs},${delay.sigma},${delay.maxMs}${anew(delay)}`;
    case 'regions':
      return `regions:${delay.matrixMs.map((row) => row.join(',')).join(';')}:${delay.jitterMs}`;
  }
}

function anew({ perMessage }: { readonly perMessage: boolean }): string {
  return perMessage ? ANEW : '';
}

function readDelay(word: string): unknown {
  const [kind, rest = '', jitter] = word.split(':', 3);
  const numbers = (row: string): number[] => row.split(',').map((each) => readNumber(each, 'delay'));
  if (kind === 'lognormal') {
    const [medianMs, sigma, maxMs] = numbers(rest);
    return { kind: 'logNormal', medianMs, sigma, maxMs, ...drawnAnew(word) };
  }
  if (kind === 'regions') {
    return { kind, matrixMs: rest.split(';').map(numbers), jitterMs: readNumber(jitter, 'delay') };
  }
  const [minMs, maxMs, more] = word
    .replace(ANEW, '')
    .split('~')
    .map((each) => readNumber(each, 'delay'));
  if (more !== undefined) throw new AddressError(`expected one delay or two, got ${quoted(word)}`);
  return maxMs === undefined ? { kind: 'constant', ms: minMs } : { kind: 'uniform', minMs, maxMs, ...drawnAnew(word) };
}

function drawnAnew(word: string): { readonly perMessage?: true } {
  return word.endsWith(ANEW) ? { perMessage: true } : {};
}
