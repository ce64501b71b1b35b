/** Tries the claims of some levels on a node, one after the other, with peers of our own around it. */
import type { Address } from '../core/index.ts';
import { BRIEF_CLAIMS } from './brief-claims.ts';
import { BriefStage } from './brief-stage.ts';
import { Broken, Unseen, type Claim, type Level, type Verdict } from './claim.ts';
import { get, tryToAsk, within } from './exchange.ts';
import { FULL_CLAIMS } from './full-claims.ts';
import { FullStage } from './full-stage.ts';
import { HOSTILE_CLAIMS } from './hostile-claims.ts';
import { LINK_CLAIMS } from './link-claims.ts';
import { LinkStage } from './link-stage.ts';
import type { Where } from './listener.ts';

export interface ConformOptions extends Where {
  readonly levels: readonly Level[];
  /** Of the first peer, so that the node can be started with it as its bootstrap; 0 takes any free one. */
  readonly port: number;
  /** How long news may take through the node: it may gossip in rounds. */
  readonly newsMs: number;
  /** How long the node may take to answer at all: it may just be starting. */
  readonly patienceMs: number;
  /** Called before each claim, and after it. */
  readonly trying?: (claim: Claim<never>) => void;
  readonly told?: (verdict: Verdict) => void;
}

/** Nobody answers at the address. */
export class NobodyThere extends Error {
  constructor(address: Address) {
    super(`nobody answers HTTP at ${address}`);
  }
}

interface Stage {
  readonly claims: readonly Claim<never>[];
  readonly open: (options: ConformOptions) => Promise<{ close(): Promise<void> }>;
}

const openFull = ({ newsMs, ...where }: ConformOptions): Promise<FullStage> => FullStage.open(where, newsMs);

const STAGES: Record<Level, Stage> = {
  full: { claims: FULL_CLAIMS, open: openFull },
  links: { claims: LINK_CLAIMS, open: ({ newsMs, ...where }) => LinkStage.open(where, newsMs) },
  hostile: { claims: HOSTILE_CLAIMS, open: openFull },
  brief: {
    claims: BRIEF_CLAIMS,
    open: async (options) => {
      const stage = await BriefStage.open(options, options.port, options.newsMs);
      await stage.introduce();
      return stage;
    },
  },
};

/** In the order in which they are tried. */
export function claimsOf(level: Level): readonly Claim<never>[] {
  return STAGES[level].claims;
}

/**
 * @returns a verdict on each claim of these levels, in their order
 * @throws {NobodyThere} and what listening throws, such as `EADDRINUSE`
 */
export async function runConform(options: ConformOptions): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const { node, patienceMs, levels } = options;
  const isThere = await within(patienceMs, () => tryToAsk(node, get('/peers/')));
  if (isThere === undefined) throw new NobodyThere(node);
  for (const level of levels) {
    const { claims, open } = STAGES[level];
    const stage = await open(options);
    try {
      for (const claim of claims) {
        options.trying?.(claim);
        const verdict = await verdictOf(level, claim, stage as never);
        verdicts.push(verdict);
        options.told?.(verdict);
      }
    } finally {
      await stage.close();
    }
  }
  return verdicts;
}

async function verdictOf<S>(level: Level, claim: Claim<S>, stage: S): Promise<Verdict> {
  const { id, says, section } = claim;
  const began = performance.now();
  const verdict = (rest: Pick<Verdict, 'result'> & Partial<Verdict>): Verdict => ({
    id,
    level,
    says,
    section,
    ...rest,
    tookMs: Math.round(performance.now() - began),
  });
  try {
    await claim.check(stage);
    return verdict({ result: 'passed' });
  } catch (error) {
    if (error instanceof Broken) return verdict({ result: 'failed', ...error.evidence });
    if (error instanceof Unseen) return verdict({ result: 'skipped', reason: error.message });
    throw error;
  }
}
