/**
 * What an HTTP answer tells of who gave it. A dead member's port may be taken over by any other program, or by a node of
 * another network: that nobody of ours listens there is then as sure as after a refused connection.
 */
import { isAddress, type Address } from '../core/index.ts';
import { addressOf } from './bare-ports.ts';
import { DEFAULT_CLUSTER } from './cluster-name.ts';
import { readAs } from './decoder.ts';
import type { HttpAnswer } from './http-client.ts';
import { MAX_SAMPLE } from './limits.ts';
import { validators } from './validators.ts';

/** Somebody else listens where a peer did. */
export class NobodyOfOurs extends Error {}
export class OtherCluster extends NobodyOfOurs {}
/** A node that takes us for an outsider. */
export class Refused extends Error {}

/**
 * @returns the messages of an answer to `POST /gossip/`; `undefined` of a node that refuses what we say: it may speak an older
 *   dialect, and is reachable all the same
 * @throws {NobodyOfOurs}, {Refused} where it is not us that it wants to hear, or an `Error` where it may be a node in trouble
 */
export function readGossipAnswer({ status, text }: HttpAnswer, cluster: string): readonly unknown[] | undefined {
  const answer = openAnswer(status, text, cluster);
  // Each node has this route, so who has not is no node, whatever words it has for that.
  const isRefusal = status >= 400 && status !== 404 && status !== 405 && typeof answer.error === 'string';
  if (status === 200 && Array.isArray(answer.messages)) return validators.reply(answer) ? answer.messages : undefined;
  if (isRefusal) return undefined;
  throw notANode(status);
}

export interface PeersAnswer {
  readonly self: Address;
  readonly peers: readonly Address[];
  /** Whoever answered knows only the brief (`guests.ts`). */
  readonly isGuest: boolean;
  /** The IP address that answered. */
  readonly by?: string | undefined;
}

/**
 * @returns what `/peers/` of a guest tells: a list of ports or addresses, bare or under `peers`; `undefined` of anybody else. A
 *   node of ours tells its name and that of its network as well.
 */
export function readGuestPeers({ status, text }: HttpAnswer): readonly Address[] | undefined {
  const value = status === 200 ? parse(text) : undefined;
  if (value === undefined || 'self' in value || 'cluster' in value) return undefined;
  const list: unknown = Array.isArray(value) ? value : value['peers'];
  if (!Array.isArray(list)) return undefined;
  const peers = list.slice(0, MAX_SAMPLE).map(addressOf);
  return peers.every(isAddress) ? peers : undefined;
}

/** @throws like `readGossipAnswer` */
export function readPeersAnswer({ status, text }: HttpAnswer, cluster: string): PeersAnswer {
  const answer = openAnswer(status, text, cluster);
  const read = readAs('peersReply', answer);
  if (status !== 200 || 'refused' in read) throw notANode(status);
  const { self, peers } = read.value;
  return { self, peers, isGuest: false };
}

/**
 * Asks who is there: some guests serve this path only without the slash.
 *
 * @throws like `readGossipAnswer`, and like a request
 */
export async function askPeers(
  get: (path: string) => Promise<HttpAnswer>,
  contact: Address,
  cluster: string,
  mayBeGuest: boolean,
): Promise<PeersAnswer> {
  const answer = await get('/peers/');
  const isElsewhere = answer.status === 404 || answer.status === 405;
  const peers = mayBeGuest ? readGuestPeers(isElsewhere ? await get('/peers') : answer) : undefined;
  return peers === undefined
    ? readPeersAnswer(answer, cluster)
    : { self: contact, peers, isGuest: true, by: answer.by };
}

type Answer = Readonly<Record<string, unknown>>;

function openAnswer(status: number, text: string, cluster: string): Answer {
  // A node, or what stands before it, that has a fault just now.
  if (status >= 500) throw new Error(`HTTP ${status}`);
  const answer = parse(text);
  if (answer === undefined || Array.isArray(answer)) throw notANode(status);
  const { cluster: theirs = DEFAULT_CLUSTER } = answer;
  const isOfOther = typeof addressOf(answer.self) === 'string' || Array.isArray(answer.messages) || 'cluster' in answer;
  if (isOfOther && theirs !== cluster) {
    throw new OtherCluster(`is of the network ${JSON.stringify(theirs).slice(0, 80)}, and this node of "${cluster}"`);
  }
  if (status === 403 && typeof answer.error === 'string') {
    throw new Refused(`refuses this node: ${answer.error.slice(0, 200)}`);
  }
  return answer;
}

function parse(text: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Answer) : undefined;
  } catch {
    return undefined;
  }
}

function notANode(status: number): NobodyOfOurs {
  if (status === 401) return new NobodyOfOurs('what listens there wants a keyring (HTTP 401)');
  return new NobodyOfOurs(`what listens there is no gossip node (HTTP ${status})`);
}
