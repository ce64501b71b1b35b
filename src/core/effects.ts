import type { Address } from './address.ts';
import type { CoreEvent, Effect, Millis, Timer } from './boundary.ts';
import type { Message } from './messages.ts';

/**
 * Where a node says what is to happen, in order. All parts of a node share one. A host that keeps many nodes performs
 * effects at once, with one of these for all of them; it must not hand an input to a node while that happens.
 */
export abstract class Effects {
  /** The host's clock at the input being handled. */
  now: Millis = 0;
  /** Does anybody listen to events? Where nobody does, the busiest places do not even build them. */
  isWatched = true;

  abstract send(to: Address, message: Message): void;
  abstract schedule(afterMs: number, timer: Timer): void;
  abstract emit(event: CoreEvent): void;

  /** Hands over what was collected; nothing when it was performed at once. */
  take(): Effect[] {
    return [];
  }
}

/** Collects what one `handle` call leads to. */
export class EffectQueue extends Effects {
  private queued: Effect[] = [];

  override send(to: Address, message: Message): void {
    this.queued.push({ type: 'send', to, message });
  }

  override schedule(afterMs: number, timer: Timer): void {
    this.queued.push({ type: 'schedule', afterMs, timer });
  }

  override emit(event: CoreEvent): void {
    this.queued.push({ type: 'event', event });
  }

  override take(): Effect[] {
    const effects = this.queued;
    this.queued = [];
    return effects;
  }
}
