/** From what a transport delivers to what the core is told: decoded, screened, and each refusal an event. */
import { inspect } from 'node:util';
import { isAddress, type Address, type Message } from '../core/index.ts';
import { decodeBatch, refuseAll } from './decoder.ts';
import { problemOf, screen, type MayCall } from './screen.ts';
import type { RefusedMessage } from './transport.ts';

interface HearingHost {
  hear(from: Address, message: Message): void;
  /** @param count how many messages; the first for this reason */
  refused(from: string, reason: string, count: number): void;
  warn(text: string): void;
}

/** What of a sender that is no address is told to the trace. */
const MAX_SHOWN = 80;

export class Hearing {
  /** Told together: a stream's lines come one by one. */
  private readonly unreported = new Map<string, { readonly first: RefusedMessage; count: number }>();
  private readonly problemOf = (message: Message): string | undefined => problemOf(message, this.mayCall);

  constructor(
    private readonly mayCall: MayCall,
    private readonly host: HearingHost,
  ) {}

  /** @param isProven the sender has shown that it reads its address */
  received(from: Address, values: readonly unknown[], isProven = true): readonly RefusedMessage[] {
    if (!isAddress(from)) {
      const refusals = refuseAll(values, 'from: expected "host:port"');
      return this.note(String(from).slice(0, MAX_SHOWN), refusals);
    }
    const { messages, refusals } = decodeBatch(values, this.problemOf, isProven);
    for (const message of messages) this.take(from, message);
    return this.note(from, refusals);
  }

  private take(from: Address, decoded: Message): void {
    const { message, left } = screen(decoded, this.mayCall);
    this.host.hear(from, message);
    if (left !== undefined) this.host.refused(from, left.reason, left.count);
  }

  /** Counts them, for the reason of the first. */
  private note(from: string, refusals: readonly RefusedMessage[]): readonly RefusedMessage[] {
    const unreported = this.unreported.get(from);
    const [first] = refusals;
    if (unreported !== undefined) unreported.count += refusals.length;
    else if (first !== undefined) {
      this.unreported.set(from, { first, count: refusals.length });
      queueMicrotask(() => this.tell(from));
    }
    return refusals;
  }

  private tell(from: string): void {
    const unreported = this.unreported.get(from);
    this.unreported.delete(from);
    unreported?.first.reason().then(
      (reason) => this.host.refused(from, reason, unreported.count),
      (error: unknown) => this.host.warn(`a refusal failed: ${inspect(error)}`),
    );
  }
}
