export const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
export type StopSignal = keyof typeof EXIT_CODES;

/** The first signal ends a run and has it tell what it measured; a second one ends the process. */
export class AskedToStop {
  signal: StopSignal | undefined;
  /** Resolves with the first signal. */
  readonly asked: Promise<void>;
  private resolve!: () => void;

  private readonly ask = (signal: NodeJS.Signals): void => {
    this.signal = signal as StopSignal;
    this.stopListening();
    this.resolve();
  };

  constructor() {
    this.asked = new Promise((resolve) => (this.resolve = resolve));
    for (const signal of Object.keys(EXIT_CODES)) process.on(signal, this.ask);
  }

  stopListening(): void {
    for (const signal of Object.keys(EXIT_CODES)) process.off(signal, this.ask);
  }
}
