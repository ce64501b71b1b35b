/** Who listens to events. A listener is not our code: what it throws is reported, and stops nobody else. */
export class Listeners<Event> {
  private readonly held = new Set<(event: Event) => void>();
  private readonly reported = new WeakSet<(event: Event) => void>();

  /** @param failed told of each listener's first failure; a second would only be the same again */
  constructor(private readonly failed: (error: unknown) => void) {}

  get size(): number {
    return this.held.size;
  }

  /** @returns how to stop listening */
  add(listener: (event: Event) => void): () => void {
    this.held.add(listener);
    return () => void this.held.delete(listener);
  }

  tell(event: Event): void {
    for (const listener of this.held) {
      try {
        const result: unknown = listener(event);
        // A rejection that nobody takes would end the process.
        if (result instanceof Promise) result.catch((error: unknown) => this.report(listener, error));
      } catch (error) {
        this.report(listener, error);
      }
    }
  }

  private report(listener: (event: Event) => void, error: unknown): void {
    if (this.reported.has(listener)) return;
    this.reported.add(listener);
    this.failed(error);
  }
}
