import type { Address, Message } from '../core/index.ts';
import type { LossReason } from '../trace/trace-event.ts';

/** What becomes of a message: it is cut off, or so many copies arrive, each so many milliseconds later; none: it is lost. */
export type Fate = 'cutOff' | readonly number[];

/** What stands between a node and its peers where somebody tests how it takes faults. */
export interface LinkFaults {
  /** Asked once for each message. */
  fateOf(to: Address): Fate;
  isCutOff(to: Address): boolean;
  /** Told of each message that came to nothing. */
  lost(to: Address, reason: LossReason, message: Message): void;
  /** Is a sender told of failed sends, as over TCP, or never, as over UDP? */
  readonly failedSendsAreReported: boolean;
}

/** Faults as somebody else's code tells them: where that throws there is no fault, and its first failure is reported. */
export class GuardedLinkFaults implements LinkFaults {
  private faults: LinkFaults | undefined;
  private hasFailed = false;

  constructor(
    private readonly ask: () => LinkFaults | undefined,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** @returns itself, or nothing while there are no faults */
  now(): LinkFaults | undefined {
    this.faults = this.guarded(() => this.ask(), undefined);
    return this.faults === undefined ? undefined : this;
  }

  fateOf(to: Address): Fate {
    return this.guarded(() => this.faults?.fateOf(to) ?? UNHARMED, UNHARMED);
  }

  isCutOff(to: Address): boolean {
    return this.guarded(() => this.faults?.isCutOff(to) === true, false);
  }

  lost(to: Address, reason: LossReason, message: Message): void {
    this.guarded(() => this.faults?.lost(to, reason, message), undefined);
  }

  get failedSendsAreReported(): boolean {
    return this.guarded(() => this.faults?.failedSendsAreReported !== false, true);
  }

  private guarded<T>(call: () => T, otherwise: T): T {
    try {
      return call();
    } catch (error) {
      if (!this.hasFailed) this.failed(error);
      this.hasFailed = true;
      return otherwise;
    }
  }
}

/** One copy, at once. */
const UNHARMED: Fate = [0];
