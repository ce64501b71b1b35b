/** Feed messages as server-sent events. Ids and names are not needed: a page that reconnects begins anew. */
import type { Millis } from '../../trace/views.ts';
import type { FeedMessage } from '../feed.ts';

export function eventText(message: FeedMessage): Buffer {
  return Buffer.from(`data: ${JSON.stringify(message)}\n\n`);
}

/** An `events` message of events that are JSON already. */
export function eventsText(events: readonly string[], nowMs: Millis): Buffer {
  return Buffer.from(`data: {"type":"events","events":[${events.join()}],"nowMs":${JSON.stringify(nowMs)}}\n\n`);
}
