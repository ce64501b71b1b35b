/** What happened, in words: one trace event as one line. */
import type { RunEvent } from '../trace/trace-event.ts';
import type { Address, Status } from '../trace/views.ts';
import { favoriteText } from '../trace/favorite-text.ts';
import { spanText } from '../text/spans.ts';
import { sanitize } from '../trace/sanitize.ts';
import { shortAddress } from './short-address.ts';
import type { Style } from './styled-line.ts';

export interface EventWords {
  /** What kind of thing happened, in at most eleven columns. */
  readonly kind: string;
  readonly text: string;
  readonly style: Style;
}

const NOT_SHOWN = ['sent', 'received', 'lost', 'eager', 'lazy'] as const;

/** Everything but single sends, arrivals and losses, which are counted; and how the tree changes, which a picture shows. */
export type ToldEvent = Exclude<RunEvent, { type: (typeof NOT_SHOWN)[number] }>;

export function isTold(event: RunEvent): event is ToldEvent {
  return !(NOT_SHOWN as readonly string[]).includes(event.type);
}

const STATUS_STYLES: Readonly<Record<Status, Style>> = {
  alive: { color: 'green' },
  suspect: { color: 'yellow' },
  down: { color: 'red' },
  left: { color: 'gray' },
};

const STATUS_WORDS: Readonly<Record<Status, string>> = {
  alive: 'is alive again',
  suspect: 'is suspected',
  down: 'is down',
  left: 'has left',
};

const PEER_DOWN_WORDS = {
  unreachable: 'cannot be reached',
  disconnected: 'ended the link',
  evicted: 'made room for another',
  left: 'said goodbye',
};

export function eventWords(event: ToldEvent, homeHost: string): EventWords {
  const name = (address: Address): string => shortAddress(address, homeHost);
  switch (event.type) {
    case 'published':
    case 'applied':
    case 'duplicate':
    case 'stale':
    case 'dropped':
      return rumorWords(event, name);
    case 'receipt':
      return {
        kind: 'receipt',
        text: `v${event.version}: ${event.reached} of ${event.of} hold it, after ${spanText(event.afterMs)}`,
        style: { color: event.reached === event.of ? 'green' : 'yellow' },
      };
    case 'refuted':
      return {
        kind: 'refuted',
        text: `heard of ourselves as ${event.status} at v${event.heard}, so went to v${event.version}`,
        style: { color: 'magenta' },
      };
    case 'contested':
      return {
        kind: 'contested',
        text: contestedWords(event.status, event.times),
        style: { color: 'yellow' },
      };
    case 'peerUp':
      return { kind: 'peer up', text: name(event.peer), style: { color: 'blue' } };
    case 'peerDown':
      return {
        kind: 'peer down',
        text: `${name(event.peer)} ${PEER_DOWN_WORDS[event.reason]}`,
        style: { color: 'yellow' },
      };
    case 'status':
      return {
        kind: event.status,
        text: `${name(event.origin)} ${STATUS_WORDS[event.status]} at v${event.version}`,
        style: STATUS_STYLES[event.status],
      };
    case 'linkOpened':
      return {
        kind: 'stream up',
        text: `opened by ${name(event.openedBy)}: ${name(event.peer)}`,
        style: { dim: true },
      };
    case 'linkClosed':
      return { kind: 'stream down', text: `${name(event.peer)}: ${sanitize(event.reason)}`, style: { dim: true } };
    case 'reaped':
      return {
        kind: 'reaped',
        text: `${name(event.origin)} is forgotten${event.reason === 'full' ? ': the table is full' : ''}`,
        style: { dim: true },
      };
    case 'unpublished':
    case 'unsendable':
    case 'unreachable':
    case 'refused':
      return failureWords(event, name);
    case 'started':
    case 'stopped':
    case 'paused':
    case 'resumed':
      return processWords(event);
  }
}

export function contestedWords(status: Status, times: number): string {
  return status === 'alive'
    ? `another process speaks from this address: heard ${times} times in a row`
    : `others cannot reach this node at its address: called ${status} ${times} times in a row`;
}

type RumorEvent = Extract<ToldEvent, { type: 'published' | 'applied' | 'duplicate' | 'stale' | 'dropped' }>;

function rumorWords(event: RumorEvent, name: (address: Address) => string): EventWords {
  switch (event.type) {
    case 'published':
      return { kind: 'published', text: `v${event.version} ${claimOrFavorite(event)}`, style: { color: 'cyan' } };
    case 'applied':
      return {
        kind: 'applied',
        text: `${name(event.origin)} v${event.version} via ${name(event.via)}, ${hops(event.hops)}: ${claimOrFavorite(event)}`,
        style: { color: 'green' },
      };
    case 'duplicate':
      return {
        kind: 'duplicate',
        text: `${name(event.origin)} v${event.version} again, from ${name(event.via)}, ${hops(event.hops)}`,
        style: { dim: true },
      };
    case 'stale':
      return {
        kind: 'stale',
        text: `${name(event.origin)} v${event.version} from ${name(event.via)}: already know newer`,
        style: { dim: true },
      };
    case 'dropped':
      return {
        kind: 'dropped',
        text: `${name(event.origin)} v${event.version} ${event.reason === 'ttl' ? 'not passed on: its TTL ran out here' : 'not kept: the table is full'}`,
        style: { color: 'yellow' },
      };
  }
}

function refusedWords(count = 1): string {
  return count === 1 ? 'input' : `${count} messages`;
}

type FailureEvent = Extract<ToldEvent, { type: 'unpublished' | 'unsendable' | 'unreachable' | 'refused' }>;

function failureWords(event: FailureEvent, name: (address: Address) => string): EventWords {
  switch (event.type) {
    case 'unpublished':
      return {
        kind: 'unpublished',
        text: event.reason === 'version' ? 'our version is the greatest there is' : 'the table is full',
        style: { color: 'red' },
      };
    case 'unsendable':
      return {
        kind: 'unsendable',
        text: `a ${event.message} of ${event.bytes} bytes to ${name(event.to)} is too large`,
        style: { color: 'red' },
      };
    case 'unreachable':
      return {
        kind: 'unreachable',
        text: `${name(event.peer)}: ${sanitize(event.reason)}`,
        style: { color: 'yellow' },
      };
    case 'refused':
      return {
        kind: 'refused',
        text: `${refusedWords(event.count)} from ${name(event.from)}: ${sanitize(event.reason)}`,
        style: { color: 'yellow' },
      };
  }
}

function processWords(event: Extract<ToldEvent, { type: 'started' | 'stopped' | 'paused' | 'resumed' }>): EventWords {
  switch (event.type) {
    case 'started':
      return { kind: 'started', text: 'its process listens', style: { color: 'green' } };
    case 'stopped':
      return event.why === 'left'
        ? { kind: 'left', text: 'its process said goodbye and ended', style: { color: 'gray' } }
        : { kind: 'killed', text: 'its process is gone', style: { color: 'red' } };
    case 'paused':
      return { kind: 'paused', text: 'its process stands still', style: { color: 'blue' } };
    case 'resumed':
      return { kind: 'resumed', text: 'its process runs on', style: { color: 'green' } };
  }
}

/** A rumor tells either what its origin likes or how its origin fares. */
function claimOrFavorite({ key, payload, status }: Extract<ToldEvent, { type: 'published' | 'applied' }>): string {
  if (status !== undefined) return status === 'left' ? 'says goodbye' : `is said to be ${status}`;
  return key === undefined ? favoriteText(payload) : `${sanitize(key)}: ${favoriteText(payload)}`;
}

function hops(count: number): string {
  return count === 1 ? '1 hop' : `${count} hops`;
}
