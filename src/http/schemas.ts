/**
 * What a node takes from outside, as JSON Schema. The OpenAPI document, the validators and the types of the routes all come
 * from here. Unknown fields are dropped everywhere, so that a newer node can talk to an older one.
 */
import Type, { type Static } from 'typebox';
import {
  ADDRESS_PATTERN,
  MAX_ADDRESS_LENGTH,
  MAX_HELD_MS,
  MAX_HOPS,
  MAX_REQUEST,
  MAX_TTL,
  MAX_VERSION,
} from '../core/index.ts';
import type { Message, Payload as AnyPayload } from '../core/index.ts';
import { CLUSTER_PATTERN } from './cluster-name.ts';
import { MAX_NAME_LENGTH, MAX_SAMPLE } from './limits.ts';

/** A body of messages holds at most this many; 64 KiB would hold not many more. */
export const MAX_MESSAGES = 1000;
const MAX_ENTRIES = 2000;

const Address = Type.String({
  pattern: ADDRESS_PATTERN,
  maxLength: MAX_ADDRESS_LENGTH,
  description: "A node's identity: `host:port`. A bare port, number or text, is taken for `127.0.0.1:port`.",
  examples: ['127.0.0.1:7001'],
});
const Cluster = Type.String({
  pattern: CLUSTER_PATTERN,
  description: 'The name of the network; absent means "books".',
});
const Version = Type.Integer({ minimum: 1, maximum: MAX_VERSION });
const Uuid = Type.String({ minLength: 1, maxLength: MAX_NAME_LENGTH, pattern: '^[\\x21-\\x7e]+$' });
const Key = Type.String({ minLength: 1, maxLength: MAX_NAME_LENGTH });
const Claim = Type.Union([Type.Literal('suspect'), Type.Literal('down'), Type.Literal('left')]);
const Status = Type.Union([Type.Literal('alive'), ...Claim.anyOf]);
const Payload = Type.Unsafe<never>({
  description: 'Any JSON value of at most 4096 characters and 16 levels.',
});

export const RumorSchema = Type.Object(
  {
    type: Type.Optional(Type.Literal('rumor')),
    uuid: Uuid,
    origin: Address,
    version: Version,
    ttl: Type.Integer({ minimum: 1, maximum: MAX_TTL }),
    hops: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_HOPS })),
    key: Type.Optional(Key),
    status: Type.Optional(Claim),
    payload: Type.Optional(Payload),
    receipt: Type.Optional(Type.Boolean({ description: 'Its origin wants to know who holds it.' })),
  },
  {
    description: 'What an origin likes now (`payload`), or a claim about how it fares (`status`).',
    examples: [
      {
        uuid: '019289a0-5c1e-7a53-8d2f-3a1b9c04e7d1',
        origin: '127.0.0.1:7001',
        version: 3,
        ttl: 7,
        payload: { load: 0.7 },
      },
    ],
  },
);

const DigestEntry = Type.Unsafe<readonly [string, number, string] | readonly [string, number, string, string]>(
  Type.Union([
    Type.Tuple([Address, Version, Type.String({ pattern: '^(?:[0-9a-f]{8}|suspect|down|left)$' })]),
    Type.Tuple([Address, Version, Type.String({ pattern: '^[0-9a-f]{8}$' }), Key]),
  ]),
);
const HeldForMs = Type.Integer({ minimum: 0, maximum: MAX_HELD_MS });
const Announcement = Type.Unsafe<readonly [string, number, number] | readonly [string, number, number, string]>(
  Type.Union([Type.Tuple([Address, Version, HeldForMs]), Type.Tuple([Address, Version, HeldForMs, Key])]),
);
const Origins = Type.Array(Address, { maxItems: MAX_ENTRIES });
const Until = Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }));
const Wanted = Type.Union([Type.Tuple([Address]), Type.Tuple([Address, Key])]);
/** `=origin key`, the longest of what digests name. */
const RecordName = Type.String({ maxLength: MAX_ADDRESS_LENGTH + MAX_NAME_LENGTH + 2 });
const Entries = Type.Array(DigestEntry, { maxItems: MAX_ENTRIES });
const Records = Type.Array(Wanted, { maxItems: MAX_ENTRIES });
const Request = Type.Integer({ minimum: 0, maximum: MAX_REQUEST, description: 'The reply names it again.' });
const Sample = Type.Array(Address, { maxItems: MAX_SAMPLE });

/** Every message by its `type`. */
export const MESSAGE_SCHEMAS = {
  rumor: RumorSchema,
  getPeers: Type.Object({ type: Type.Literal('getPeers') }),
  peers: Type.Object({ type: Type.Literal('peers'), peers: Sample }),
  join: Type.Object({ type: Type.Literal('join'), request: Request }),
  neighbor: Type.Object({
    type: Type.Literal('neighbor'),
    priority: Type.Union([Type.Literal('high'), Type.Literal('low')]),
    request: Request,
  }),
  neighborReply: Type.Object({ type: Type.Literal('neighborReply'), accepted: Type.Boolean(), request: Request }),
  disconnect: Type.Object({ type: Type.Literal('disconnect') }),
  shuffle: Type.Object({ type: Type.Literal('shuffle'), sample: Sample }),
  shuffleReply: Type.Object({ type: Type.Literal('shuffleReply'), sample: Sample }),
  heartbeat: Type.Object({
    type: Type.Literal('heartbeat'),
    hash: Type.String({ pattern: '^[0-9a-f]{16}$' }),
    until: Until,
  }),
  prune: Type.Object({ type: Type.Literal('prune'), origins: Type.Optional(Origins) }),
  iHave: Type.Object({ type: Type.Literal('iHave'), entries: Type.Array(Announcement, { maxItems: MAX_ENTRIES }) }),
  graft: Type.Object({
    type: Type.Literal('graft'),
    origins: Type.Optional(Origins),
    records: Records,
  }),
  receipt: Type.Object({
    type: Type.Literal('receipt'),
    uuid: Uuid,
    origin: Address,
    holders: Type.Array(Address, { maxItems: MAX_ENTRIES }),
  }),
  ping: Type.Object({ type: Type.Literal('ping'), request: Request }),
  pong: Type.Object({ type: Type.Literal('pong'), request: Request }),
  probe: Type.Object({ type: Type.Literal('probe'), target: Address, request: Request }),
  probeReply: Type.Object({
    type: Type.Literal('probeReply'),
    target: Address,
    saw: Type.Union([Type.Literal('alive'), Type.Literal('refused'), Type.Literal('silence')]),
    request: Request,
  }),
  summary: Type.Object({
    type: Type.Literal('summary'),
    buckets: Type.String({ pattern: '^[0-9a-f]{2048}$' }),
    until: Until,
  }),
  digest: Type.Object({
    type: Type.Literal('digest'),
    entries: Entries,
    buckets: Type.Optional(Type.Array(Type.Integer({ minimum: 0, maximum: 255 }), { maxItems: 256 })),
    after: Type.Optional(RecordName),
    upTo: Type.Optional(RecordName),
    until: Until,
  }),
  delta: Type.Object({
    type: Type.Literal('delta'),
    rumors: Type.Array(RumorSchema, { maxItems: MAX_MESSAGES }),
    more: Type.Optional(Type.Boolean()),
  }),
  want: Type.Object({ type: Type.Literal('want'), records: Records }),
} as const;

/** Compiles only while every message of the core has a schema, and what passes it is that message. */
type Decoded = { [T in keyof typeof MESSAGE_SCHEMAS]: Static<(typeof MESSAGE_SCHEMAS)[T]> };
type Spoken<T extends Message> = T;
export type CheckedMessage = Spoken<Decoded[Exclude<Message['type'], undefined>]>;

const Token = Type.String({ minLength: 1, maxLength: MAX_NAME_LENGTH, pattern: '^[\\x21-\\x7e]+$' });

/** The first line of a stream, from either side. */
export const HandshakeSchema = Type.Object({
  protocol: Type.Integer({ minimum: 1 }),
  from: Address,
  cluster: Type.Optional(Cluster),
  features: Type.Array(Type.String({ maxLength: MAX_NAME_LENGTH }), { maxItems: 32 }),
  token: Type.Optional(Token),
  proof: Type.Optional(Token),
});

/** The outside of a `POST /gossip/`; its messages are checked one by one, so a bad one does not spoil the rest. */
export const EnvelopeSchema = Type.Object({
  from: Address,
  cluster: Type.Optional(Cluster),
  token: Type.Optional(Token),
  proof: Type.Optional(Token),
  messages: Type.Array(Type.Unknown(), { maxItems: MAX_MESSAGES }),
});

const Message = Type.Union(Object.values(MESSAGE_SCHEMAS));

export const GossipBody = Type.Union([
  Type.Object({
    from: Address,
    cluster: Type.Optional(Cluster),
    token: Type.Optional(Token),
    proof: Type.Optional(Token),
    messages: Type.Array(Message),
  }),
  RumorSchema,
]);
export const GossipReply = Type.Object({
  cluster: Type.Optional(Cluster),
  messages: Type.Array(Message),
  errors: Type.Optional(Type.Array(Type.Object({ index: Type.Integer(), error: Type.String() }))),
});
/** The outside of a reply; again its messages are checked one by one. */
export const ReplySchema = Type.Object({ messages: Type.Array(Type.Unknown(), { maxItems: MAX_MESSAGES }) });
export const PeersReply = Type.Object({
  self: Address,
  cluster: Type.Optional(Cluster),
  peers: Type.Array(Address, { maxItems: MAX_SAMPLE }),
});
export const StateReply = Type.Object({
  self: Address,
  version: Type.Integer(),
  records: Type.Array(
    Type.Object({
      origin: Address,
      key: Type.Optional(Key),
      version: Version,
      uuid: Uuid,
      payload: Payload,
      deleted: Type.Optional(Type.Literal(true)),
      status: Status,
      hops: Type.Integer(),
      via: Address,
      ageMs: Type.Number(),
    }),
  ),
});
export const KeysReply = Type.Object({
  self: Address,
  keys: Type.Array(Type.String({ description: 'Ids of the keys that this node holds; the first signs.' })),
  members: Type.Array(Type.Object({ address: Address, status: Status })),
});
export const HealthReply = Type.Object({
  status: Type.Literal('ok'),
  self: Address,
  cluster: Cluster,
  peers: Type.Integer(),
  uptimeMs: Type.Number(),
});
export const ErrorReply = Type.Object({ error: Type.String() });

/** What the data directory keeps of one node. */
export const RememberedSchema = Type.Object({
  self: Address,
  version: Type.Integer({ minimum: 0, maximum: MAX_VERSION }),
  /** Its own. */
  records: Type.Array(Type.Object({ key: Type.Optional(Key), payload: Payload })),
  members: Type.Array(Type.String()),
});
export type Remembered = Omit<Static<typeof RememberedSchema>, 'records'> & {
  readonly records: readonly { readonly key?: string; readonly payload: AnyPayload }[];
};

/** What is checked at run time, by name; the build turns these into plain code (`scripts/compile-schemas.ts`). */
export const CHECKED_SCHEMAS = {
  ...MESSAGE_SCHEMAS,
  envelope: EnvelopeSchema,
  handshake: HandshakeSchema,
  reply: ReplySchema,
  peersReply: PeersReply,
  remembered: RememberedSchema,
} as const;
export type CheckName = keyof typeof CHECKED_SCHEMAS;
export type CheckedValues = { readonly [name in CheckName]: Static<(typeof CHECKED_SCHEMAS)[name]> };
