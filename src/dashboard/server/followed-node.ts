/**
 * One node as the observer follows it: its stream of events, and between them what it says of itself. The stream is opened
 * first and what it tells is kept until the state is there, so that nothing that happens in between is missing; what is
 * told twice does no harm.
 */
import type { RunEvent } from '../../trace/trace-event.ts';
import type { Address, Millis } from '../../trace/views.ts';
import type { ObservedNode } from '../feed.ts';
import { eventOf, peersOf, stateOf } from './trace-decoder.ts';
import type { NodeGateway } from './node-client.ts';

/** A node beats more often than this (every five seconds by default, over each of its links): one that does not is asked. */
const SILENCE_MS = 6000;
/** Kept while the state is waited for; more than a node tells in that time. */
const MAX_HELD = 20_000;
/** A clock that is off by more would put its events where no scrubber finds them. */
const MAX_CLOCK_ERROR_MS = 3_600_000;

export interface FollowListener {
  snapshot(snapshot: ObservedNode): void;
  event(event: RunEvent, text: string): void;
  /** It does not answer, though its connection stands; or it does again. */
  silent(reason: string | undefined): void;
  ended(reason: string): void;
}

export class FollowedNode {
  private held: { readonly event: RunEvent; readonly text: string }[] | undefined = [];
  /** What it calls itself; absent until it has. */
  private self: Address | undefined;
  private lastHeardMs: Millis;
  private isAsked = false;
  private isSilent = false;
  private isOver = false;
  private lastWords = '';
  private stop: (() => void) | undefined;

  private constructor(
    /** Where it is reached. */
    private readonly address: Address,
    private readonly gateway: NodeGateway,
    private readonly clock: () => Millis,
    private readonly listener: FollowListener,
  ) {
    this.lastHeardMs = clock();
  }

  /**
   * Resolves when its stream runs and its state is told.
   *
   * @param accept decides by the address that it calls itself: why it is not followed, or nothing
   * @throws Error with one line for people
   */
  static async follow(
    address: Address,
    gateway: NodeGateway,
    clock: () => Millis,
    accept: (self: Address) => string | undefined,
    listener: FollowListener,
  ): Promise<FollowedNode> {
    const it = new FollowedNode(address, gateway, clock, listener);
    try {
      await it.begin(accept);
      return it;
    } catch (error) {
      it.end();
      throw error;
    }
  }

  /** To be called now and then: one that says nothing for long is asked whether it is there. */
  check(): void {
    if (this.isOver || this.isAsked || this.clock() - this.lastHeardMs < SILENCE_MS) return;
    this.isAsked = true;
    this.gateway.get(this.address, '/health/').then(
      () => this.answered(undefined),
      (error: Error) => this.answered(error.message),
    );
  }

  end(): void {
    this.isOver = true;
    this.stop?.();
  }

  private async begin(accept: (self: Address) => string | undefined): Promise<void> {
    this.stop = await this.gateway.follow(this.address, {
      event: (text) => this.take(text),
      heard: () => this.heard(),
      ended: (reason) => this.close(reason),
    });
    const time = this.clock();
    const [state, peers] = await Promise.all([this.get('/state/', stateOf), this.get('/peers/', peersOf)]);
    const refusal = state.self === peers.self ? accept(state.self) : 'it calls itself by two names';
    if (refusal !== undefined) throw new Error(refusal);
    if (this.isOver) throw new Error(this.lastWords);
    this.self = state.self;
    const records = state.records.map(({ ageMs, ...record }) => ({ ...record, receivedAt: time - ageMs }));
    this.listener.snapshot({ time, node: state.self, version: state.version, peers: peers.peers, records });
    const held = this.held ?? [];
    this.held = undefined;
    for (const { event, text } of held) this.tell(event, text);
  }

  private async get<T>(path: '/state/' | '/peers/', read: (text: string) => T | undefined): Promise<T> {
    const answer = read(await this.gateway.get(this.address, path));
    if (answer === undefined) throw new Error(`its ${path} is not that of a gossip node`);
    return answer;
  }

  private heard(): void {
    this.lastHeardMs = this.clock();
    if (this.isSilent) this.answered(undefined);
  }

  private answered(reason: string | undefined): void {
    this.isAsked = false;
    this.lastHeardMs = this.clock();
    if (this.isOver || (reason === undefined) !== this.isSilent) return;
    this.isSilent = reason !== undefined;
    this.listener.silent(reason);
  }

  private take(text: string): void {
    const event = eventOf(text);
    // A newer node may tell of what we do not know.
    if (event === undefined || this.isOver) return;
    if (Math.abs(event.time - this.clock()) > MAX_CLOCK_ERROR_MS)
      return this.close('its clock is off by more than an hour');
    if (this.held === undefined) return this.tell(event, text);
    if (this.held.length >= MAX_HELD) return this.close('it tells more than can be kept until it says who it is');
    this.held.push({ event, text });
  }

  /** Nobody tells of another. */
  private tell(event: RunEvent, text: string): void {
    if (event.node === this.self) this.listener.event(event, text);
  }

  private close(reason: string): void {
    if (this.isOver) return;
    const hasBegun = this.held === undefined;
    this.lastWords = reason;
    this.end();
    if (hasBegun) this.listener.ended(reason);
  }
}
