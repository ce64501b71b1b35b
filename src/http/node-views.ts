import type { NodeSnapshot } from '../core/index.ts';

/** What a node has of each thing just now, for its metrics. */
export function levelsOf(snapshot: NodeSnapshot, waiting: number) {
  const { peers, lazy, passive, records, members, version, seen, grafting, confirmations, localHealthScore } = snapshot;
  return {
    peers: peers.length,
    lazy: lazy.length,
    passive: passive.length,
    records: records.length,
    members,
    version,
    seen,
    grafting,
    confirmations,
    localHealthScore,
    waiting,
  };
}

/** What `GET /state/` tells. */
export function stateOf({ self, version, records }: NodeSnapshot, at: number) {
  return {
    self,
    version,
    records: records.map(({ receivedAt, ...record }) => ({ ...record, ageMs: at - receivedAt })),
  };
}
