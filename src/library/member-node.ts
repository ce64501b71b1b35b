import type { RunningNode } from '../http/running-node.ts';

/** All that a member needs of the node below it, so that a simulated one can stand in for a process. */
export type MemberNode = Pick<RunningNode, 'self' | 'now' | 'version' | 'record' | 'snapshot' | 'publish' | 'stop'>;
