/**
 * What a line of a trace must be before a page is shown it, as JSON Schema: nodes, files and whoever answers on a port that
 * was named to us may say anything. Fields that are not here are dropped, as everywhere: a newer node may tell more.
 */
import Type, { type TObject, type TProperties } from 'typebox';
import type { RunEvent } from '../../trace/trace-event.ts';
import { ADDRESS_PATTERN, MAX_ADDRESS_LENGTH, type Payload } from '../../trace/views.ts';

/** A favourite has at most 4096 characters (docs/protocol.md), of which JSON may make six bytes each; the rest are facts. */
export const MAX_LINE_CHARACTERS = 32 * 1024;
/** As deep as nodes take them; deeper ones are only ever an attack on whoever walks through them. */
const MAX_PAYLOAD_DEPTH = 16;
const MAX_NAME_LENGTH = 64;
const MAX_REASON_LENGTH = 300;
/** As many records as a snapshot may have; more are more than a page can show. */
export const MAX_RECORDS = 10_000;
const MAX_PEERS = 1000;

const Address = Type.String({ pattern: ADDRESS_PATTERN, maxLength: MAX_ADDRESS_LENGTH });
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Name = Type.String({ minLength: 1, maxLength: MAX_NAME_LENGTH });
const Word = Type.String({ maxLength: MAX_NAME_LENGTH });
const Reason = Type.String({ maxLength: MAX_REASON_LENGTH });
const Status = Type.Union(['alive', 'suspect', 'down', 'left'].map((status) => Type.Literal(status)));
const Payload = Type.Unsafe<Payload>({});

const Rumor = {
  uuid: Name,
  origin: Address,
  version: Count,
  key: Type.Optional(Name),
  status: Type.Optional(Status),
  payload: Type.Optional(Payload),
};
const Copy = { ...Rumor, via: Address, hops: Count };
/** A rumor's facts are there if the message is one. */
const Facts = {
  message: Word,
  uuid: Type.Optional(Name),
  origin: Type.Optional(Address),
  version: Type.Optional(Count),
  ttl: Type.Optional(Count),
  hops: Type.Optional(Count),
};

const EVENTS: { readonly [type in RunEvent['type']]: TProperties } = {
  published: Rumor,
  unpublished: { reason: Word, key: Type.Optional(Name) },
  applied: Copy,
  duplicate: Copy,
  stale: Copy,
  dropped: { ...Rumor, via: Address, reason: Word },
  receipt: {
    uuid: Name,
    origin: Address,
    version: Count,
    key: Type.Optional(Name),
    reached: Count,
    of: Count,
    afterMs: Count,
  },
  refuted: { heard: Count, version: Count, status: Status },
  peerUp: { peer: Address },
  peerDown: { peer: Address, reason: Word },
  eager: { peer: Address },
  lazy: { peer: Address },
  reaped: { origin: Address, reason: Type.Optional(Word) },
  contested: { times: Count, status: Status },
  status: { origin: Address, status: Status, version: Count },
  sent: { to: Address, ...Facts, bytes: Type.Optional(Count) },
  received: { from: Address, ...Facts },
  unreachable: { peer: Address, reason: Reason },
  linkOpened: { peer: Address, openedBy: Address },
  linkClosed: { peer: Address, reason: Reason },
  refused: { from: Type.String({ maxLength: MAX_ADDRESS_LENGTH }), reason: Reason, count: Type.Optional(Count) },
  unsendable: { to: Address, message: Word, bytes: Count },
  started: {},
  stopped: { why: Type.Union([Type.Literal('killed'), Type.Literal('left')]) },
  paused: {},
  resumed: {},
  lost: { to: Address, reason: Word, ...Facts },
};

/** By type. */
export const EVENT_SCHEMAS: ReadonlyMap<string, TObject> = new Map(
  Object.entries(EVENTS).map(([type, facts]) => [
    type,
    Type.Object({ time: Type.Number(), node: Address, type: Type.Literal(type), ...facts }),
  ]),
);

export const StateAnswer = Type.Object({
  self: Address,
  version: Count,
  records: Type.Array(
    Type.Object({
      origin: Address,
      key: Type.Optional(Name),
      version: Count,
      uuid: Name,
      payload: Payload,
      status: Status,
      hops: Count,
      via: Address,
      ageMs: Type.Number(),
    }),
    { maxItems: MAX_RECORDS },
  ),
});

export const PeersAnswer = Type.Object({ self: Address, peers: Type.Array(Address, { maxItems: MAX_PEERS }) });

/** Is it no deeper than nodes take payloads? */
export function isShallow(value: unknown, levels = MAX_PAYLOAD_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1));
}
