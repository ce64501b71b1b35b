/** Bounds of what one node takes from outside. */

/** A request or a reply may have this many bytes. */
export const MAX_BODY_BYTES = 64 * 1024;
/** A request must be here whole within this, from its first byte to its last. */
export const REQUEST_TIMEOUT_MS = 10_000;
/** Connections to a node at one time: far above what peers need, below what a process may have open. A guess. */
export const MAX_CONNECTIONS = 1024;
/** Characters of a favourite. The longest title in `books.txt` has 90. */
export const MAX_BOOK_LENGTH = 500;
/** Characters of a key or a uuid. Ours have 36; those of other implementations may be other strings. */
export const MAX_NAME_LENGTH = 64;
/** Readers of `/events/` at one time. */
export const MAX_EVENT_READERS = 32;
/** A reader of `/events/` that lets this many bytes pile up is cut off. */
export const MAX_EVENT_BACKLOG_BYTES = 1024 * 1024;
