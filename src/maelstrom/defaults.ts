/** Apart from what uses them, because the command line's help shows them and loads nothing else. */

/** Messages for time. Measured (docs/algorithm.md): 90 keeps both under 4.5 messages an operation and under 350 ms with 25 real processes. */
export const DEFAULT_BATCH_MS = 90;
/** Most of the idle cost. A guess: silence is noticed after four of them. */
export const DEFAULT_HEARTBEAT_MS = 1500;
