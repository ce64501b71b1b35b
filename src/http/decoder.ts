/**
 * The decoder: decides which of the values that reach this node are messages. What is refused gets one clear line.
 */
import { ADDRESS_PATTERN, type Message, type Payload } from '../core/index.ts';
import { spellOutPorts } from './bare-ports.ts';
import { MAX_NAME_LENGTH } from './limits.ts';
import type { CheckedValues, CheckName } from './schemas.ts';
import type { RefusedMessage } from './transport.ts';
import { copiers, places, validators } from './validators.ts';

/** A payload may have this many characters of JSON and this many levels; deeper ones are only ever an attack. */
const MAX_PAYLOAD_CHARACTERS = 4096;
const MAX_PAYLOAD_DEPTH = 16;

const MESSAGE_TYPES = new Set<string>([
  'rumor',
  'getPeers',
  'peers',
  'join',
  'neighbor',
  'neighborReply',
  'disconnect',
  'shuffle',
  'shuffleReply',
  'heartbeat',
  'prune',
  'iHave',
  'graft',
  'receipt',
  'ping',
  'pong',
  'probe',
  'probeReply',
  'summary',
  'digest',
  'delta',
  'want',
] satisfies Exclude<Message['type'], undefined>[]);

export type Decoded = { readonly message: Message } | { readonly refused: Refusal };

/** Why a value is not a message: said outright, or to be worked out from the schema it failed. */
export type Refusal = { readonly error: string } | { readonly schema: CheckName; readonly value: unknown };

class Refused implements RefusedMessage {
  private text: Promise<string> | undefined;

  constructor(
    readonly index: number,
    private readonly refusal: Refusal,
  ) {}

  reason(): Promise<string> {
    return (this.text ??= explain(this.refusal));
  }
}

/** Each of these may make a node look through all it has. An outbox never holds two of a kind, so neither does a batch. */
const ONCE_A_BATCH: ReadonlySet<Message['type']> = new Set(['summary', 'digest', 'want']);
/** A `probe` makes this node call another: whoever has not shown that it reads its address gets one call for a request. */
const ONCE_WITHOUT_PROOF: ReadonlySet<Message['type']> = new Set([...ONCE_A_BATCH, 'probe'] as const);
/** Refusals of one batch that are explained; the rest are only counted. */
const MAX_EXPLAINED = 10;

/**
 * Sorts the values of a body or a reply into messages and what is refused.
 *
 * @param problemOf why a message that is one is refused all the same
 * @param isProven whoever sends them has shown that it reads its address
 */
export function decodeBatch(
  values: readonly unknown[],
  problemOf: (message: Message) => string | undefined = () => undefined,
  isProven = true,
): { messages: Message[]; refusals: RefusedMessage[] } {
  const messages: Message[] = [];
  const refusals: RefusedMessage[] = [];
  const once = isProven ? ONCE_A_BATCH : ONCE_WITHOUT_PROOF;
  const had = new Set<Message['type']>();
  for (const [index, value] of values.entries()) {
    const decoded = decodeMessage(value, problemOf);
    if ('refused' in decoded) {
      refusals.push(new Refused(index, decoded.refused));
    } else if (had.has(decoded.message.type)) {
      refusals.push(new Refused(index, { error: `more than one ${decoded.message.type} in a batch` }));
    } else {
      if (once.has(decoded.message.type)) had.add(decoded.message.type);
      messages.push(decoded.message);
    }
  }
  return { messages, refusals };
}

/** All of them, where not even their sender is known. */
export function refuseAll(values: readonly unknown[], error: string): RefusedMessage[] {
  return values.map((_, index) => new Refused(index, { error }));
}

/** Why, for the first ones. */
export function explainBatch(refusals: readonly RefusedMessage[]): Promise<{ index: number; error: string }[]> {
  const first = refusals.slice(0, MAX_EXPLAINED);
  return Promise.all(first.map(async (refused) => ({ index: refused.index, error: await refused.reason() })));
}

export function decodeMessage(
  value: unknown,
  problemOf: (message: Message) => string | undefined = () => undefined,
): Decoded {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse('a message must be a JSON object');
  }
  const type = 'type' in value ? value.type : 'rumor';
  if (typeof type !== 'string') return refuse('type: must be string');
  if (!MESSAGE_TYPES.has(type)) return refuse(`unknown message type ${JSON.stringify(type.slice(0, 60))}`);
  const schema = type as Exclude<Message['type'], undefined>;
  const read = readAs(schema, value);
  if ('refused' in read) return read;
  const message: Message = read.value;
  const payloadProblem = payloadsOf(message)
    .map(checkPayload)
    .find((problem) => problem !== undefined);
  const problem = payloadProblem ?? problemOf(message);
  return problem === undefined ? { message } : refuse(problem);
}

/** What the schema names of a value, every bare port in it as the address that it is short for. */
export function readAs<Name extends CheckName>(
  schema: Name,
  value: unknown,
): { readonly value: CheckedValues[Name] } | { readonly refused: Refusal } {
  if (validators[schema](value)) return { value: copiers[schema](value) };
  // A port fits no schema, so what has proper addresses never comes here.
  const spelled = spellOutPorts(value, places[schema]);
  if (spelled === value || !validators[schema](spelled)) return { refused: { schema, value: spelled } };
  return { value: copiers[schema](spelled) };
}

function refuse(error: string): Decoded {
  return { refused: { error } };
}

function payloadsOf(message: Message): (Payload | undefined)[] {
  if (message.type === undefined || message.type === 'rumor') return [message.payload];
  return message.type === 'delta' ? message.rumors.map((rumor) => rumor.payload) : [];
}

/** @returns what is wrong with it, or `undefined` */
export function checkPayload(payload: Payload | undefined): string | undefined {
  if (payload === undefined) return undefined;
  const problem = findProblem(payload, MAX_PAYLOAD_DEPTH);
  if (problem !== undefined) return problem;
  if (JSON.stringify(payload).length > MAX_PAYLOAD_CHARACTERS) {
    return `payload must be at most ${MAX_PAYLOAD_CHARACTERS} characters of JSON`;
  }
  return undefined;
}

/** @returns what is wrong with it, or `undefined` */
export function checkKey(key: string | undefined): string | undefined {
  const isFit = key === undefined || (key !== '' && key.length <= MAX_NAME_LENGTH);
  return isFit ? undefined : `key must have 1 to ${MAX_NAME_LENGTH} characters`;
}

function findProblem(value: unknown, levels: number): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (levels === 0) return `payload must be at most ${MAX_PAYLOAD_DEPTH} levels deep`;
  // A node refuses a body with such a key as a whole: whoever passed one on would lose what goes with it.
  if (Object.hasOwn(value, '__proto__') || hasOwnPrototype(value)) {
    return 'payload must not have a key __proto__ or constructor.prototype';
  }
  for (const inner of Object.values(value)) {
    const problem = findProblem(inner, levels - 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function hasOwnPrototype(value: object): boolean {
  if (!Object.hasOwn(value, 'constructor')) return false;
  const { constructor } = value as { constructor: unknown };
  return typeof constructor === 'object' && constructor !== null && Object.hasOwn(constructor, 'prototype');
}

/** One line that names the field and the rule. Slow, and loads the schema compiler: for refusals only. */
export async function explain(refusal: Refusal): Promise<string> {
  if ('error' in refusal) return refusal.error;
  const [{ Errors }, { CHECKED_SCHEMAS }] = await Promise.all([import('typebox/value'), import('./schemas.ts')]);
  const [first] = Errors(CHECKED_SCHEMAS[refusal.schema], refusal.value);
  const field = first?.instancePath.slice(1).replaceAll('/', '.') || refusal.schema;
  const isNoAddress = first?.keyword === 'pattern' && String(first.params.pattern) === ADDRESS_PATTERN;
  return `${field}: ${isNoAddress ? 'expected "host:port"' : (first?.message ?? 'does not fit the schema')}`;
}
