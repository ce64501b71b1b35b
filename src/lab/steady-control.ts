/**
 * What a network sends beside its updates while these come. A short run goes on after its last update, so that who was
 * missed can be found: of all that it sends, most would be what links say at rest, and no update's.
 */
import type { Millis } from '../trace/views.ts';
import type { Measures } from '../trace/measures.ts';

type Event = Parameters<Measures['observe']>[2];

export interface Traffic {
  readonly messages: number;
  readonly bytes: number;
}

export class SteadyControl {
  private readonly control = { messages: 0, bytes: 0 };
  private readonly rumors = { messages: 0, bytes: 0 };

  /** @param untilMs when the next update would have come after the last */
  constructor(
    private readonly fromMs: Millis,
    private readonly untilMs: Millis,
    private readonly updates: number,
  ) {}

  observe(time: Millis, event: Event): void {
    if (event.type !== 'sent' || time < this.fromMs) return;
    const isRumor = event.message === 'rumor';
    if (!isRumor && time >= this.untilMs) return;
    const kind = isRumor ? this.rumors : this.control;
    kind.messages++;
    kind.bytes += event.bytes ?? 0;
  }

  /** Beside the update's own copies. */
  perUpdate(): Traffic {
    const { messages, bytes } = this.control;
    return { messages: messages / this.updates, bytes: bytes / this.updates };
  }

  /** With so many copies of it. */
  bytesWith(copies: number): number {
    const { messages, bytes } = this.rumors;
    return this.perUpdate().bytes + (messages === 0 ? 0 : (copies * bytes) / messages);
  }
}
