import type { Address } from './address.ts';
import type { CoreEvent, Effect, Millis, Timer } from './boundary.ts';
import type { Message } from './messages.ts';

/** Collects what one `handle` call leads to, in order. The parts of a node share one of these. */
export class EffectQueue {
  /** The host's clock at the input being handled. */
  now: Millis = 0;
  private queued: Effect[] = [];

  send(to: Address, message: Message): void {
    this.queued.push({ type: 'send', to, message });
  }

  schedule(afterMs: number, timer: Timer): void {
    this.queued.push({ type: 'schedule', afterMs, timer });
  }

  emit(event: CoreEvent): void {
    this.queued.push({ type: 'event', event });
  }

  /** Hands over what was collected and starts anew. */
  take(): Effect[] {
    const effects = this.queued;
    this.queued = [];
    return effects;
  }
}
