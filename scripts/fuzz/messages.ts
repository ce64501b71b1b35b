/** Single messages: by their schema, spoiled, and as recorded traffic with its bytes changed. */
import { MAX_VERSION } from '../../src/core/index.ts';
import { CHECKED_SCHEMAS, MESSAGE_SCHEMAS, RumorSchema } from '../../src/http/schemas.ts';
import { STRANGERS, type Cast } from './cast.ts';
import type { Draws } from './draws.ts';
import { oddText } from './hostile-values.ts';
import { mutate } from './mutate-bytes.ts';
import { recordTraffic } from './recorded-traffic.ts';
import { valueOf, type JsonSchema } from './schema-values.ts';
import { spoil } from './spoil.ts';
import { Fields, fieldsOf, textOf, treeOf, type Tree } from './tree.ts';

const TYPES = Object.values(MESSAGE_SCHEMAS) as readonly JsonSchema[];
const RECORDED = recordTraffic().map(({ from, message }) => {
  const line = JSON.stringify(message);
  return { from, line: Buffer.from(line), tree: treeOf(JSON.parse(line)) };
});

/** As likely as not one that fits its schema. */
export function message(draws: Draws, cast: Cast): Tree {
  const schema = draws.chance(30) ? (RumorSchema as JsonSchema) : draws.pick(TYPES);
  const fit = valueOf(schema, draws, cast);
  return draws.chance(55) ? fit : spoil(fit, draws);
}

/** Of recorded messages: as they were, with a value changed in them, or with bytes changed. */
export function recordedLine(draws: Draws): Buffer {
  const { line, tree } = draws.pick(RECORDED);
  const kind = draws.below(10);
  if (kind < 2) return line;
  return kind < 7 ? bytesOf(spoil(tree, draws)) : mutate(line, draws.pick(RECORDED).line, draws);
}

/** Several of them in an envelope, in an order of their own. */
export function recordedEnvelope(draws: Draws, cast: Cast): Buffer {
  const said = Array.from({ length: draws.between(1, 4) }, () => draws.pick(RECORDED));
  const envelope = fieldsOf({
    from: draws.pick(RECORDED).from,
    cluster: cast.cluster,
    messages: said.map(({ tree }) => tree),
  });
  const kind = draws.below(10);
  if (kind < 2) return bytesOf(envelope);
  if (kind < 7) return bytesOf(spoil(envelope, draws));
  return mutate(bytesOf(envelope), draws.pick(RECORDED).line, draws);
}

export function envelope(draws: Draws, cast: Cast): Tree {
  const messages = Array.from({ length: draws.pick([0, 1, 1, 2, 3, 6]) }, () => message(draws, cast));
  const outside = valueOf(CHECKED_SCHEMAS.envelope as JsonSchema, draws, cast) as Fields;
  const named = draws.chance(90) ? outside.with('cluster', cast.cluster) : outside;
  const whole = named.with('messages', messages);
  return draws.chance(85) ? whole : spoil(whole, draws);
}

export function handshake(draws: Draws, cast: Cast): Tree {
  const fit = (valueOf(CHECKED_SCHEMAS.handshake, draws, cast) as Fields)
    .with('protocol', 1)
    .with('cluster', cast.cluster);
  // Most know no token of the target's.
  const likely = draws.chance(70) ? new Fields(fit.entries.filter(([name]) => name !== 'proof')) : fit;
  return draws.chance(60) ? likely : spoil(likely, draws);
}

/** What opens a stream without a token. */
export function plainHandshake(draws: Draws, { cluster, honest, accomplices }: Cast): Tree {
  const from = draws.chance(80) ? draws.pick(STRANGERS) : draws.pick([...honest, ...accomplices]);
  return fieldsOf({ protocol: 1, from, cluster, features: [] });
}

const UUIDS = ['uuid', 'uuid', 'id', 'id', 'UUID'];
const ORIGINS = ['origin', 'originating_port', 'originatingPort', 'originator', 'port'];
const TTLS = ['ttl', 'ttl', 'TTL', 'TTL', 'Ttl'];

/** One rumor as nodes spell it that were written from the brief alone; clear or not. */
export function bareRumor(draws: Draws, cast: Cast): Tree {
  const rumor = valueOf(RumorSchema as JsonSchema, draws, cast) as Fields;
  const version = rumor.get('version') ?? 1;
  const isWithin = draws.chance(20);
  const spelled = rumor.entries.flatMap(([name, value]): (readonly [string, Tree])[] => {
    if (name === 'uuid') return [[draws.pick(UUIDS), value]];
    if (name === 'origin') return [[draws.pick(ORIGINS), value]];
    if (name === 'ttl') return [[draws.pick(TTLS), value]];
    if (name === 'version') return isWithin ? [['payload', fieldsOf({ version, book: 'Emma' })]] : [[name, value]];
    if (name === 'payload') return draws.chance(60) ? [['payload', value]] : [['book', oddText(draws)]];
    // What only our own nodes say.
    return draws.chance(50) ? [[name, value]] : [];
  });
  const whole = new Fields(spelled);
  return draws.chance(65) ? whole : spoil(whole, draws);
}

/**
 * What an open node can know to be wrong about a node that means well: contents older than what that has said since, contents of a
 * version that nobody can have come to, and accusations, which it refutes. Any other higher version it must believe, whoever speaks;
 * so nobody is spoken for here with one.
 */
export function forgery(draws: Draws, cast: Cast): Tree {
  const origin = draws.pick([...cast.honest, cast.target]);
  const uuid = `forged-${draws.text(8, 'abcdef')}`;
  const ttl = draws.pick([1, 2, 32, 255]);
  const beyond = draws.pick([MAX_VERSION, MAX_VERSION - 1]);
  const isBeyond = draws.chance(20);
  if (draws.chance(50)) {
    const version = isBeyond ? beyond : draws.between(1, MAX_FORGED_VERSION);
    return fieldsOf({ uuid, origin, version, ttl, payload: treeOf({ book: FORGED_BOOK }) });
  }
  const status = draws.pick(['suspect', 'down', 'left']);
  return fieldsOf({ uuid, origin, version: isBeyond ? beyond : draws.between(1, 2000), ttl, status });
}

/** Nobody who means well ever likes it. */
export const FORGED_BOOK = 'A book that nobody chose';
/** Nodes that mean well have said more by then. */
export const MAX_FORGED_VERSION = 3;

export function bytesOf(tree: Tree): Buffer {
  return Buffer.from(textOf(tree));
}
