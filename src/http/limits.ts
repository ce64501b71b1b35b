/** Bounds of what one node takes from outside. */

/** A request or a reply may have this many bytes. */
export const MAX_BODY_BYTES = 64 * 1024;
/** A request must be here whole within this, from its first byte to its last. */
export const REQUEST_TIMEOUT_MS = 10_000;
/** Characters of a key or a uuid. Ours have 36; those of other implementations may be other strings. */
export const MAX_NAME_LENGTH = 64;
/** Readers of `/events/` at one time. */
export const MAX_EVENT_READERS = 32;
/** A reader of `/events/` that lets this many bytes pile up is cut off. */
export const MAX_EVENT_BACKLOG_BYTES = 1024 * 1024;
/** What waits for one peer: sixteen full requests. The oldest makes room, and repair brings it. A guess. */
export const MAX_OUTBOX_BYTES = 16 * MAX_BODY_BYTES;
/** Timers of the core under way. A guess: far above what the core's own bounds add up to. */
export const MAX_TIMERS = 16_384;
/** Messages on links that a test slows down; more are lost. A guess. */
export const MAX_DELAYED_MESSAGES = 10_000;
/**
 * Connections that others hold to this node at one time. A guess: a thousand nodes that join through one seed within the minute
 * for which a connection is kept.
 */
export const MAX_CONNECTIONS = 1024;
/** Addresses in one list of them: of `/peers/`, and of a shuffle. */
export const MAX_SAMPLE = 64;
