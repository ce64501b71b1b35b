import type { NodeSnapshot } from '../core/index.ts';

/** What a node has of each thing just now, for its metrics. */
export function levelsOf(snapshot: NodeSnapshot, waiting: number) {
  const { peers, lazy, reserve, records, members, version, seen, grafting, inquiries, doubt } = snapshot;
  return {
    peers: peers.length,
    lazy: lazy.length,
    reserve: reserve.length,
    records: records.length,
    members,
    version,
    seen,
    grafting,
    inquiries,
    doubt,
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
