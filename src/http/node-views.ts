import type { NodeSnapshot } from '../core/index.ts';
import type { Levels } from './metric-names.ts';

/** Of these the host knows. */
export type HostLevels = Pick<
  Levels,
  'waiting' | 'connections' | 'streams' | 'eventReaders' | 'guests' | 'addresses' | 'timers'
>;

/** What a node has of each thing just now, for its metrics. */
export function levelsOf(snapshot: NodeSnapshot, host: HostLevels): Levels {
  const { peers, lazy, passive, records, members, version, seen, grafting, confirmations, localHealthScore, receipts } =
    snapshot;
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
    receipts,
    ...host,
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

/** All of whom it holds records, each once. */
export function membersOf({ records }: NodeSnapshot) {
  const statuses = new Map(records.map(({ origin, status }) => [origin, status]));
  return [...statuses].map(([address, status]) => ({ address, status }));
}
