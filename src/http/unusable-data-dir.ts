/** Its message is one clear line. */
export class UnusableDataDir extends Error {}
