/** What the model keeps of a feed: all that says something of the network at a moment. */
import type { RunEvent } from '../../trace/trace-event.ts';
import type { FeedMessage } from '../feed.ts';

export type Snapshot = Extract<FeedMessage, { readonly type: 'snapshot' }>;
export type Reach = Extract<FeedMessage, { readonly type: 'reach' }>;

export type Fact = RunEvent | Snapshot | Reach;
