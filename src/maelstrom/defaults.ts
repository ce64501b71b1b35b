/** Apart from what uses them, because the command line's help shows them and loads nothing else. */

/** Messages for time: with 70 an operation costs 5.1 messages and a value is everywhere in 350 ms; with 600, 1.9 and 1400. */
export const DEFAULT_BATCH_MS = 70;
/** Most of the idle cost. A guess: silence is noticed after four of them. */
export const DEFAULT_HEARTBEAT_MS = 1500;
