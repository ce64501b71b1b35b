/**
 * What theory says, to stand beside what was measured. Idealised: partners drawn uniformly from all, rounds in step, no loss.
 * Bounded views, real delays and repair deviate from it; show the deviation. A source marked † is cited from memory.
 */

/** Copies of one flooded update: all links both ways, but for the link each first copy came by. While the TTL does not bind. */
export function floodCopies(nodes: number, links: number): number {
  return 2 * links - nodes + 1;
}

/** Copies along a spanning tree (Leitão, Pereira, Rodrigues, SRDS 2007): each node but the origin gets one. */
export function treeCopies(nodes: number): number {
  return nodes - 1;
}

/**
 * The part that push-once (infect and die) reaches when each sends to `fanout` others: s = 1 − e^(−fanout·s), the final
 * size of an epidemic (Kermack and McKendrick, 1927 †). 0 at a fanout of 1 and below, where only small networks are reached.
 */
export function pushOnceCoverage(fanout: number): number {
  if (fanout <= 1) return 0;
  let reached = 1;
  for (let i = 0; i < 10_000; i++) {
    const next = 1 - Math.exp(-fanout * reached);
    if (Math.abs(next - reached) < 1e-12) return next;
    reached = next;
  }
  return reached;
}

/** The same of `nodes` nodes after `ttl` rounds, by mean field: each of the new ones of a round tells `fanout` others. */
export function pushOnceCoverageAfter(nodes: number, fanout: number, ttl: number): number {
  if (nodes <= 1) return 1;
  let reached = 1;
  let fresh = 1;
  for (let round = 0; round < ttl && fresh > 1e-9; round++) {
    fresh = (nodes - reached) * (1 - (1 - 1 / (nodes - 1)) ** (fanout * fresh));
    reached += fresh;
  }
  return reached / nodes;
}

/** Copies of one update by push-once: each node that is reached sends `fanout`. */
export function pushOnceCopies(nodes: number, fanout: number, coverage: number): number {
  return fanout * coverage * nodes;
}

/** How likely push-once reaches everyone: e^(−e^(−c)) where fanout = ln N + c (Kermarrec, Massoulié, Ganesh, TPDS 2003 †). */
export function chanceOfEveryone(nodes: number, fanout: number): number {
  return Math.exp(-Math.exp(Math.log(nodes) - fanout));
}

/** Rounds until all know, each telling one other a round: log2 N + ln N + O(1) (Pittel, 1987 †). */
export function pushRounds(nodes: number): number {
  return Math.log2(nodes) + Math.log(nodes);
}

/** The same telling and asking: log3 N + O(ln ln N) (Karp et al., FOCS 2000 †). Only the first term: not to be shown alone. */
export function pushPullRounds(nodes: number): number {
  return Math.log(nodes) / Math.log(3);
}

/** The part left out by rumor mongering with a counter of k: s = e^(−(k+1)(1−s)) (Demers et al., PODC 1987). */
export function residue(counter: number): number {
  let left = 0;
  for (let i = 0; i < 10_000; i++) left = Math.exp(-(counter + 1) * (1 - left));
  return left;
}

/** Until the first member finds a failure out: T′·e/(e−1), T′ being the probe period (SWIM: Das, Gupta, Motivala, DSN 2002 †). */
export function swimFirstDetectionMs(periodMs: number): number {
  return (periodMs * Math.E) / (Math.E - 1);
}
