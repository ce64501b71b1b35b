/**
 * Maelstrom's lines (https://github.com/jepsen-io/maelstrom/blob/main/doc/protocol.md): one JSON object each,
 * `{"src", "dest", "body": {"type", "msg_id"?, "in_reply_to"?, …}}`.
 */
import { isAddress, type Address } from '../core/index.ts';

/** The error codes of Maelstrom's protocol that we have a use for. */
export const ERROR = {
  notSupported: 10,
  temporarilyUnavailable: 11,
  malformedRequest: 12,
  preconditionFailed: 22,
} as const;

export interface Body {
  readonly type: string;
  readonly msg_id?: number;
  readonly [field: string]: unknown;
}

/** Who asked, and what an answer must refer to. */
export interface Asker {
  readonly src: string;
  /** Whom it asked. */
  readonly dest: string;
  readonly messageId: number | undefined;
}

export type ReadLine =
  | { readonly request: { readonly src: string; readonly dest: string; readonly body: Body }; readonly asker: Asker }
  /** `asker` is absent when there is nobody to answer. */
  | { readonly problem: string; readonly asker?: Asker };

/** Names are not addresses; the core's are. Every name stands for a host with one port. */
const PORT = ':1';

/** @returns `undefined` for what cannot be the name of a node */
export function addressOf(name: unknown): Address | undefined {
  const address = typeof name === 'string' ? name + PORT : undefined;
  return isAddress(address) ? address : undefined;
}

export function nameOf(address: Address): string {
  return address.slice(0, -PORT.length);
}

/** Never throws, whatever the line says. */
export function readLine(line: string): ReadLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { problem: 'not JSON' };
  }
  if (!isObject(value)) return { problem: 'a line must be a JSON object' };
  const { src, dest, body } = value;
  if (typeof src !== 'string' || src === '') return { problem: 'src: must be a name' };
  const messageId = isObject(body) && Number.isSafeInteger(body.msg_id) ? (body.msg_id as number) : undefined;
  const asker = { src, dest: typeof dest === 'string' ? dest : '', messageId };
  if (typeof dest !== 'string') return { problem: 'dest: must be a name', asker };
  if (!isObject(body)) return { problem: 'body: must be an object', asker };
  if (typeof body.type !== 'string') return { problem: 'body.type: must be a string', asker };
  return { request: { src, dest, body: body as Body }, asker };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
