/**
 * What keeps the lines of one link together: each begins with a MAC over its number and its text, by a key of this link and direction
 * alone. So a line that was changed, put in, said again, moved or left out is found with the first line that does not follow.
 *
 * The keys come from the network's key and both handshakes' nonces by HKDF (RFC 5869): those of two links are never the same.
 */
import { createHmac, hkdfSync, type KeyObject } from 'node:crypto';
import { isSame } from './message-signatures.ts';

/** Characters of base64url: 132 bits of HMAC-SHA256, which may be cut to half of its 256 (RFC 2104 §5). */
export const MAC_LENGTH = 22;

export interface LinkNonces {
  readonly opener: string;
  readonly listener: string;
}

export interface SealListener {
  /** A line is said or heard: a moment to look whether the keys are still the same. */
  used(): void;
  /** A line is not the next one: somebody has changed, put in, left out or moved one. */
  refused(): void;
}

export class LineSeal {
  private said = 0;
  private heard = 0;
  private readonly ours: Uint8Array;
  private readonly theirs: Uint8Array;

  constructor(
    readonly keyId: string,
    key: KeyObject,
    nonces: LinkNonces,
    isOpener: boolean,
    private readonly listener?: SealListener,
  ) {
    const derived = (direction: string): Uint8Array =>
      new Uint8Array(hkdfSync('sha256', key, `${nonces.opener} ${nonces.listener}`, `gossip link, ${direction}`, 32));
    const keys = [derived('opener to listener'), derived('listener to opener')] as const;
    [this.ours, this.theirs] = isOpener ? keys : [keys[1], keys[0]];
  }

  /** The next line that is said. */
  seal(text: string): string {
    this.listener?.used();
    return macOf(this.ours, this.said++, text) + text;
  }

  /** @returns the text of the next line that is heard; `undefined` when it is not the next line of this link */
  open(line: string): string | undefined {
    this.listener?.used();
    const text = line.slice(MAC_LENGTH);
    if (isSame(line.slice(0, MAC_LENGTH), macOf(this.theirs, this.heard++, text))) return text;
    this.listener?.refused();
    return undefined;
  }
}

function macOf(key: Uint8Array, number: number, text: string): string {
  return createHmac('sha256', key).update(`${number} ${text}`).digest('base64url').slice(0, MAC_LENGTH);
}
