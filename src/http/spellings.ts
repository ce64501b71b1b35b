/**
 * How nodes that were written from the brief alone spell its message. The brief names five fields (a UUID, the originating port, a
 * version number, a TTL, a payload) and leaves their spelling open; a bare rumor may use any clear one.
 */
import { isAddress, splitAddress, type Address, type Payload, type Rumor } from '../core/index.ts';
import { addressOf } from './bare-ports.ts';

/** In the order in which they are looked for. */
const UUIDS = ['uuid', 'id'] as const;
const ORIGINS = ['origin', 'originating_port', 'originatingPort', 'originator', 'port'] as const;
const TTLS = ['ttl', 'TTL'] as const;
const PAYLOADS = ['payload', 'book'] as const;
/** What only our own nodes say. */
const OURS = ['type', 'hops', 'key', 'status'] as const;

/** Which names one node uses, and how it writes an address. */
export interface Spelling {
  readonly uuid: (typeof UUIDS)[number];
  readonly origin: (typeof ORIGINS)[number];
  readonly originAs: 'address' | 'number' | 'text';
  readonly ttl: (typeof TTLS)[number];
  readonly payload: (typeof PAYLOADS)[number];
  readonly versionIn: 'message' | 'payload';
}

type Fields = Readonly<Record<string, unknown>>;

/** @returns the rumor in our spelling, unchecked, and how it was spelled */
export function readSpelling(body: object): { rumor: Fields; spelling: Spelling } {
  const fields = body as Fields;
  const [uuid, origin, ttl, payload] = [
    nameIn(fields, UUIDS),
    nameIn(fields, ORIGINS),
    nameIn(fields, TTLS),
    nameIn(fields, PAYLOADS),
  ];
  const told = fields[payload];
  const { version, content } = Object.hasOwn(fields, 'version')
    ? { version: fields['version'], content: told }
    : unpack(told);
  const rumor = {
    ...Object.fromEntries(OURS.filter((name) => Object.hasOwn(fields, name)).map((name) => [name, fields[name]])),
    uuid: fields[uuid],
    origin: addressOf(fields[origin]),
    version,
    ttl: fields[ttl],
    payload: payload === 'book' && typeof content === 'string' ? { book: content } : content,
  };
  const spelling: Spelling = {
    uuid,
    origin,
    originAs: isAddress(fields[origin]) ? 'address' : typeof fields[origin] === 'number' ? 'number' : 'text',
    ttl,
    payload,
    versionIn: content === told ? 'message' : 'payload',
  };
  return { rumor: Object.fromEntries(Object.entries(rumor).filter(([, value]) => value !== undefined)), spelling };
}

/** A record as this node spells it. One that has not spoken yet gets both of the likely names of an origin. */
export function spell({ uuid, origin, version, ttl, payload = null }: Rumor, spelling: Spelling | undefined): object {
  if (spelling === undefined) {
    return { uuid, origin, originating_port: splitAddress(origin).port, version, ttl, payload };
  }
  const fields = {
    [spelling.uuid]: uuid,
    [spelling.origin]: spellAddress(origin, spelling),
    [spelling.ttl]: ttl,
  };
  return spelling.versionIn === 'payload' && isFields(payload)
    ? { ...fields, [spelling.payload]: { ...(payload as object), version } }
    : { ...fields, version, [spelling.payload]: bookOf(payload, spelling) };
}

/** A port is short for an address of this machine and of no other. */
function spellAddress(origin: Address, { originAs }: Spelling): string | number {
  const { host, port } = splitAddress(origin);
  if (originAs === 'address' || host !== '127.0.0.1') return origin;
  return originAs === 'number' ? port : String(port);
}

function bookOf(payload: Payload, { payload: name }: Spelling): Payload {
  const book = name === 'book' && isFields(payload) ? payload['book'] : undefined;
  return typeof book === 'string' ? book : payload;
}

/** A payload that holds the version. */
function unpack(told: unknown): { version: unknown; content: unknown } {
  if (!isFields(told) || !Object.hasOwn(told, 'version')) return { version: undefined, content: told };
  const { version, ...content } = told;
  return { version, content };
}

/** The first of these that is there, or else the first. */
function nameIn<Name extends string>(fields: Fields, names: readonly [Name, ...Name[]]): Name {
  return names.find((name) => Object.hasOwn(fields, name)) ?? names[0];
}

function isFields<Value>(value: Value): value is Value & Readonly<Record<string, Payload>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
