/** The whole protocol: joining, the table's rule, the tree, repair, and who lives. */
import type { Claim } from './claim.ts';
import type { FullStage } from './full-stage.ts';
import { JOINING_CLAIMS } from './joining-claims.ts';
import { LIVENESS_CLAIMS } from './liveness-claims.ts';
import { REPAIR_CLAIMS } from './repair-claims.ts';
import { TABLE_CLAIMS } from './table-claims.ts';
import { TREE_CLAIMS } from './tree-claims.ts';

export const FULL_CLAIMS: readonly Claim<FullStage>[] = [
  ...JOINING_CLAIMS,
  ...TABLE_CLAIMS,
  ...TREE_CLAIMS,
  ...REPAIR_CLAIMS,
  ...LIVENESS_CLAIMS,
];
