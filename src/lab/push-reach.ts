/**
 * Where pushing alone came to: the nodes that a chain of pushes led to from an update's origin. Repair is a copy that was
 * asked for (`graft`), or one of a comparison of tables (`delta`), as in `trace/dissemination-history.ts`. Repair is often first even
 * where it was not needed; so what counts is whether a push came at all, not whether it was first. It is the least that
 * pushing does: who was repaired early, as happens in deep trees, is not pushed to by those whom it pushes to then.
 * A run without heartbeats would not tell more: its network has fewer links, and a tree does not come about in it.
 *
 * For the simulator, whose nodes handle one input at a time: whatever a node says until the next is what it made of
 * that message. So one message is remembered, and the copies that were asked for.
 */
import type { Measures } from '../trace/measures.ts';

type Observed = Parameters<Measures['observe']>;
type Address = Observed[1];

export class PushReach {
  /** The message that is being handled, and by whom. */
  private node: Address = '';
  private from: Address = '';
  private message = '';
  private time = -1;
  private readonly askedFor = new Set<string>();
  private readonly chains = new Map<string, Chains>();

  /** Follows what is published from then to then. */
  constructor(
    private readonly fromMs: number,
    private readonly untilMs: number,
  ) {}

  observe(...[time, node, event]: Observed): void {
    switch (event.type) {
      case 'received':
        [this.node, this.from, this.message, this.time] = [node, event.from, event.message, time];
        if (event.message === 'rumor' && !this.wasAskedFor(event.from, node, event.uuid)) {
          this.chains.get(event.uuid)?.add(event.from, node, time);
        }
        return;
      case 'published':
        // What it pushes now, it does not because it was asked.
        if (node === this.node) this.message = '';
        if (time >= this.fromMs && time <= this.untilMs) this.chains.set(event.uuid, new Chains(node, time));
        return;
      case 'sent':
        if (event.message === 'rumor' && this.isAnswerToGraft(time, node, event.to)) {
          this.askedFor.add(copyOf(node, event.to, event.uuid));
        }
        return;
      default:
        return;
    }
  }

  /** @returns when a chain of pushes had led to this node; `undefined`: none did */
  reachedAt(uuid: string, node: Address): number | undefined {
    return this.chains.get(uuid)?.reachedAt.get(node);
  }

  private isAnswerToGraft(time: number, node: Address, to: Address): boolean {
    return this.message === 'graft' && node === this.node && to === this.from && time === this.time;
  }

  private wasAskedFor(from: Address, to: Address, uuid: string): boolean {
    return this.askedFor.size > 0 && this.askedFor.has(copyOf(from, to, uuid));
  }
}

/** Of one update. */
class Chains {
  readonly reachedAt = new Map<Address, number>();
  /** Pushed by somebody who had it by repair, and may yet be pushed it: to whom. */
  private readonly waiting = new Map<Address, Address[]>();

  constructor(origin: Address, time: number) {
    this.reachedAt.set(origin, time);
  }

  add(from: Address, to: Address, time: number): void {
    if (this.reachedAt.has(to)) return;
    if (this.reachedAt.has(from)) return this.reach(to, time);
    const others = this.waiting.get(from);
    if (others === undefined) this.waiting.set(from, [to]);
    else others.push(to);
  }

  private reach(first: Address, time: number): void {
    const next = [first];
    for (let node = next.pop(); node !== undefined; node = next.pop()) {
      if (this.reachedAt.has(node)) continue;
      this.reachedAt.set(node, time);
      next.push(...(this.waiting.get(node) ?? []));
      this.waiting.delete(node);
    }
  }
}

function copyOf(from: Address, to: Address, uuid: string): string {
  return `${from} ${to} ${uuid}`;
}
