/** What is asked of a node: claims, in levels that build on each other, and what comes of each. */

/** In the order in which they are tried. */
export const LEVELS = ['brief', 'full', 'links', 'hostile'] as const;
export type Level = (typeof LEVELS)[number];

/**
 * One claim. `Stage` is what stands around the node while the claims of a level are tried.
 *
 * @example `{ id: 'brief/ttl-ends', says: 'What came with a ttl of 1 goes no further.', section: 'Rumor', check }`
 */
export interface Claim<Stage> {
  /** `level/name`. It stays the same from version to version. */
  readonly id: `${Level}/${string}`;
  /** In plain English, what a node that is right does. */
  readonly says: string;
  /** The heading of docs/protocol.md that asks for it. */
  readonly section: string;
  /** @throws {Broken} if the node does otherwise; {Unseen} if that cannot be told */
  readonly check: (stage: Stage) => Promise<void>;
}

/** What shows that a claim does not hold. */
export interface Evidence {
  readonly expected: string;
  readonly sent: string;
  readonly cameBack: string;
}

/** A claim does not hold. */
export class Broken extends Error {
  constructor(readonly evidence: Evidence) {
    super(evidence.expected);
  }
}

/** Whether a claim holds cannot be seen from outside, for the reason that the message says. */
export class Unseen extends Error {}

export interface Verdict extends Partial<Evidence> {
  readonly id: string;
  readonly level: Level;
  readonly says: string;
  readonly section: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped. */
  readonly reason?: string;
  readonly tookMs: number;
}
