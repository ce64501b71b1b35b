/** Apart from what uses them, because the command line's help shows them and loads nothing else. */

/** Messages for time. Measured (docs/maelstrom.md): 90 costs 4.1 messages an operation, and a value is everywhere in 310 ms and what waiting for CPU adds. */
export const DEFAULT_BATCH_MS = 90;
/** Most of the idle cost. A guess: silence is noticed after four of them. */
export const DEFAULT_HEARTBEAT_MS = 1500;
