/** A sweep that cannot be: one line that names what is wrong with it. */
export class SweepError extends Error {}
