/** From what reached this node to what the core is told: decoded, screened, and each refusal an event. */
import { inspect } from 'node:util';
import type { Address, Message } from '../core/index.ts';
import type { AllowedNetworks } from './allowed-networks.ts';
import { decodeBatch, decodeMessage, explain, type Refusal } from './decoder.ts';
import { BadStream } from './line-reader.ts';
import { parseText } from './request-body.ts';
import { problemOf, screen } from './screen.ts';

interface HearingHost {
  hear(from: Address, message: Message): void;
  /** @param count how many messages; the first for this reason */
  refused(from: Address, reason: string, count: number): void;
  warn(text: string): void;
}

export class Hearing {
  constructor(
    private readonly networks: AllowedNetworks,
    private readonly host: HearingHost,
  ) {}

  /** Why a message of a right shape is refused, if it is. */
  problemOf(message: Message): string | undefined {
    return problemOf(message, this.networks);
  }

  /** One that was decoded, and has no problem. */
  take(from: Address, decoded: Message): void {
    const { message, left } = screen(decoded, this.networks);
    this.host.hear(from, message);
    if (left !== undefined) this.host.refused(from, left.reason, left.count);
  }

  /** Messages of an answer, unchecked. */
  takeAll(from: Address, values: readonly unknown[]): void {
    const { messages, refusals } = decodeBatch(values, (message) => this.problemOf(message));
    for (const message of messages) this.take(from, message);
    this.refuse(
      from,
      refusals.map(({ refusal }) => refusal),
    );
  }

  /**
   * Lines of a stream, unchecked.
   *
   * @param isProven its other side has shown that it reads its address
   * @throws BadStream
   */
  takeLines(from: Address, lines: readonly string[], isProven: boolean): void {
    const refusals: Refusal[] = [];
    for (const line of lines) {
      const value = parseText(line);
      if (value === undefined) throw new BadStream('a line is not JSON');
      const decoded = decodeMessage(value, (message) => this.problemOf(message));
      if ('refused' in decoded) refusals.push(decoded.refused);
      else if (decoded.message.type !== 'probe' || isProven) this.take(from, decoded.message);
      else refusals.push({ error: 'a probe takes a proof, or a request of its own' });
    }
    this.refuse(from, refusals);
  }

  /** Counts them, for the reason of the first. */
  private refuse(from: Address, refusals: readonly Refusal[]): void {
    const [first] = refusals;
    if (first === undefined) return;
    explain(first).then(
      (reason) => this.host.refused(from, reason, refusals.length),
      (error: unknown) => this.host.warn(`an answer failed: ${inspect(error)}`),
    );
  }
}
