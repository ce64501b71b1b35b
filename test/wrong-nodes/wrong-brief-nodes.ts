/** For each claim of the level _brief_ a node that is wrong in that one thing. */
import { RIGHT, type BriefRules } from './brief-node.ts';

export const WRONG_BRIEF_NODES: Readonly<Record<string, Partial<BriefRules>>> = {
  'brief/lists-its-peers': { listPeers: (peers) => ({ peers: peers.map((port) => ({ port })) }) },
  'brief/answers-a-rumor': { status: 500 },
  'brief/floods': { receivers: (peers, _, isOwn) => (isOwn ? peers : peers.slice(0, 2)) },
  'brief/copies-are-the-same': {
    copy: ({ ttl, ...rest }) => (ttl > 1 ? { ...rest, ttl: ttl - 1, payload: {} } : undefined),
  },
  'brief/ttl-counts-down': { copy: (message) => (message.ttl > 1 ? { ...message } : undefined) },
  'brief/ttl-ends': { copy: (message) => ({ ...message, ttl: Math.max(1, message.ttl - 1) }) },
  'brief/dedupe': {
    isSeen: () => false,
    isNews: ({ version, uuid }, known) => version > (known?.version ?? 0) || uuid === known?.uuid,
  },
  'brief/older-is-no-news': { isNews: () => true },
  'brief/newer-is-news': {
    isNews: ({ version }, known) =>
      known === undefined || version === known.version + 1 || version > known.version + 900,
  },
  'brief/versions-are-per-origin': {
    isNews: ({ version }, known, all) =>
      version > (known?.version ?? 0) && [...all.values()].every((other) => version > other.version - 900),
  },
  'brief/tells-its-own': { receivers: (peers, _, isOwn) => (isOwn ? peers.slice(0, 1) : peers) },
  'brief/five-fields': { own: (version, port) => ({ ...RIGHT.own(version, port), ttl: 0 }) },
  'brief/own-version-rises': { own: (_, port) => RIGHT.own(1, port) },
  'brief/own-uuid-is-new': { own: (version, port) => ({ ...RIGHT.own(version, port), uuid: 'always-the-same' }) },
  'brief/echo-is-no-news': { knowsItself: false },
};
