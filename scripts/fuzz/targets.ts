/** The kinds of node that can be attacked, each with the options that make it one. A new one is a line here. */

export const TARGETS = {
  /** Anybody who reaches its port may speak. */
  open: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type TargetName = keyof typeof TARGETS;
