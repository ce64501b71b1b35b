/**
 * What is told of updates before their publication is: several tellers are heard in no fixed order. Kept by the update until
 * that comes, up to a bound; beyond it the update that has waited longest is given up, since it may be one that is never
 * published here: it is older than the trace, or made up.
 */

/** A guess: several times what a thousand nodes tell in the tenth of a second that a report waits. */
const MAX_EVENTS = 5_000;

export class EarlyEvents<Event> {
  private readonly byUuid = new Map<string, Event[]>();
  private count = 0;

  constructor(private readonly maxEvents = MAX_EVENTS) {}

  keep(uuid: string, event: Event): void {
    const others = this.byUuid.get(uuid);
    if (others === undefined) this.byUuid.set(uuid, [event]);
    else others.push(event);
    this.count++;
    for (const oldest of this.byUuid.keys()) {
      if (this.count <= this.maxEvents) break;
      this.take(oldest);
    }
  }

  /** In the order in which they came; from now on they are forgotten. */
  take(uuid: string): readonly Event[] {
    const events = this.byUuid.get(uuid) ?? [];
    this.byUuid.delete(uuid);
    this.count -= events.length;
    return events;
  }
}
