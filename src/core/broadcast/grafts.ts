/**
 * Fetches what peers announced and pushing did not bring (Plumtree's missing-message timer). An announcement waits a moment, since
 * most of what it names comes by itself; then its sender is asked. Others that announced the same meanwhile are asked later, if it
 * still has not come: an answer may be lost, or its sender may have died.
 */
import type { Address } from '../address.ts';
import type { Effects } from '../effects.ts';
import type { Millis } from '../boundary.ts';
import { entryBytes, fitting } from '../message-bytes.ts';
import type { Announcement, Want } from '../messages.ts';
import type { Parameters } from '../parameters.ts';
import { RareMap } from '../rare.ts';
import type { Table } from '../state/table.ts';

/** Announcements that wait at one time; others are left to anti-entropy. A guess: each peer may have a dozen. */
const MAX_WAITING = 64;
/** Records that are asked for at one time. A guess: what 64 announcements name is as much. */
const MAX_ASKED = 4096;
/** How long an answer may take. A guess: above a round trip of most networks. */
const RETRY_MS = 250;
/** How often one announcement is looked at. A guess: two answers may be lost; heartbeats see to the third. */
const MAX_TRIES = 3;

export class Grafts {
  /** What was asked for, and when: two announcers are not asked for the same at once. */
  private readonly asked = new RareMap<string, Millis>();
  /** Timers under way. */
  private waiting = 0;

  constructor(
    private readonly table: Table,
    private readonly parameters: Parameters,
    private readonly effects: Effects,
  ) {}

  /** What was asked for lately. */
  get size(): number {
    return this.asked.size;
  }

  lacks([origin, version, , key]: Announcement): boolean {
    const held = this.table.get(origin, key);
    return held === undefined || held.rumor.version < version;
  }

  /** This peer holds these, and we do not. */
  expect(peer: Address, entries: readonly Announcement[]): void {
    const { graftAfterMs, maxMessageBytes } = this.parameters;
    const heldForMs = Math.min(...entries.map(([, , held]) => held));
    this.wait(peer, fitting(entries, entryBytes, maxMessageBytes), 1, Math.max(0, graftAfterMs - heldForMs));
  }

  private wait(peer: Address, entries: readonly Announcement[], tries: number, afterMs: Millis): void {
    if (this.waiting >= MAX_WAITING) return;
    this.waiting++;
    this.effects.schedule(afterMs, { name: 'graft', peer, entries, tries });
  }

  /** The timer fired. @returns what to ask this peer for now */
  due(peer: Address, entries: readonly Announcement[], tries: number): Want['records'] {
    this.waiting = Math.max(0, this.waiting - 1);
    const { now } = this.effects;
    this.forgetAsked(now);
    const lacking = entries.filter((entry) => this.lacks(entry));
    if (lacking.length > 0 && tries < MAX_TRIES) this.wait(peer, lacking, tries + 1, RETRY_MS);
    const missing = lacking.filter((entry) => !this.asked.has(nameOf(entry))).slice(0, MAX_ASKED - this.asked.size);
    for (const entry of missing) this.asked.set(nameOf(entry), now);
    return missing.map(([origin, , , key]) => (key === undefined ? [origin] : [origin, key]));
  }

  /** What did not come within that time may be asked for again. */
  private forgetAsked(now: Millis): void {
    for (const [name, at] of this.asked) {
      if (now - at < RETRY_MS) break;
      this.asked.delete(name);
    }
  }
}

function nameOf([origin, version, , key]: Announcement): string {
  return key === undefined ? `${origin} ${version}` : `${origin} ${version} ${key}`;
}
