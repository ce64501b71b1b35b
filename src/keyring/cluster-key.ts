/** The keys that the nodes of a network share: 32 random bytes each, in base64, and an id that tells nothing of them. */
import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';

/** As many as HMAC-SHA256 makes use of (RFC 2104 §3). */
const KEY_BYTES = 32;
/** Digits of an id: two of the few keys of a network do not share one by chance. */
const ID_DIGITS = 12;

export interface ClusterKey {
  /** The same wherever this key is held; shown in logs and answers. */
  readonly id: string;
  /** Node does not print what is in it. */
  readonly secret: KeyObject;
}

export function newKeyText(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}

/** @returns `undefined` unless it is 32 bytes in base64, and spelled in the one right way */
export function readKey(text: unknown): ClusterKey | undefined {
  if (typeof text !== 'string' || text.length > 2 * KEY_BYTES) return undefined;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== KEY_BYTES || bytes.toString('base64') !== text) return undefined;
  const secret = createSecretKey(bytes);
  return { id: createHmac('sha256', secret).update('gossip key id').digest('hex').slice(0, ID_DIGITS), secret };
}
