/** The user can mend this by calling differently: one line on stderr, exit code 2. */
export class UsageError extends Error {}
