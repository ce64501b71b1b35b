/**
 * The keys that a node holds: the first signs, all are accepted. It looks for changes whenever it is used, at most once a second: no
 * timer wakes a node that is at rest for it. What has become unusable is not taken over: the node goes on with the keys that it had.
 */
import type { ClusterKey } from './cluster-key.ts';
import { keysOf, readKeyTexts, stampOf } from './keyring-file.ts';

/** A guess: soon enough for whoever waits for it, and 1 µs of CPU. */
const LOOK_AGAIN_MS = 1000;

/** A file, or keys that a service keeps itself: it may change the list, and the node sees it. */
export type KeyringSource =
  | string
  | {
      /** 1 to 16, each 32 bytes in base64: the first signs, all are accepted. */
      readonly keys: readonly string[];
    };

export interface KeyringListener {
  /** Other keys, or another order. @param ids of all that are held now, the signing one first */
  changed(ids: readonly string[]): void;
  /** One line; nothing of the keys is in it. */
  warn(warning: string): void;
}

export class Keyring {
  #keys: readonly ClusterKey[];
  #stamp: string;
  readonly #source: KeyringSource;
  private lookedAt = -Infinity;

  /** @throws {UnusableKeyring} */
  constructor(
    source: KeyringSource,
    private readonly listener: KeyringListener,
  ) {
    this.#source = source;
    this.#stamp = stamp(source);
    this.#keys = read(source);
  }

  /** That of the requests of this node. */
  get signing(): ClusterKey {
    return this.#keys[0] as ClusterKey;
  }

  /** The signing one first. */
  get ids(): readonly string[] {
    return this.#keys.map(({ id }) => id);
  }

  find(id: string): ClusterKey | undefined {
    return this.#keys.find((key) => key.id === id);
  }

  /** Takes over what has changed. @param nowMs on a clock that is never set; absent: it is looked at in any case */
  freshen(nowMs = Infinity): void {
    if (nowMs - this.lookedAt < LOOK_AGAIN_MS) return;
    if (nowMs !== Infinity) this.lookedAt = nowMs;
    const stampNow = stamp(this.#source);
    if (stampNow === this.#stamp) return;
    this.#stamp = stampNow;
    try {
      const before = this.ids.join();
      this.#keys = read(this.#source);
      if (this.ids.join() !== before) this.listener.changed(this.ids);
    } catch (error) {
      this.listener.warn(`${(error as Error).message}; this node goes on with the keys that it had`);
    }
  }
}

function read(source: KeyringSource): readonly ClusterKey[] {
  return typeof source === 'string' ? keysOf(source, readKeyTexts(source)) : keysOf('(an object)', source.keys);
}

function stamp(source: KeyringSource): string {
  return typeof source === 'string' ? stampOf(source) : String(source.keys);
}
