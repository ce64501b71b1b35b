/**
 * What an HTTP answer tells of who gave it. A dead member's port may be taken over by any other program, or by a node of
 * another network: that nobody of ours listens there is then as sure as after a refused connection.
 */
import type { Address } from '../core/address.ts';
import { DEFAULT_CLUSTER } from './cluster-name.ts';
import type { HttpAnswer } from './http-client.ts';
import { validators } from './validators.ts';

/** Somebody else listens where a peer did. */
export class NobodyOfOurs extends Error {}
export class OtherCluster extends NobodyOfOurs {}

/**
 * @returns the messages of an answer to `POST /gossip/`; `undefined` of a node that refuses what we say: it may speak an older
 *   dialect, and is reachable all the same
 * @throws {NobodyOfOurs} or an `Error` where it may be a node in trouble
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
}

/** @throws like `readGossipAnswer` */
export function readPeersAnswer({ status, text }: HttpAnswer, cluster: string): PeersAnswer {
  const answer = openAnswer(status, text, cluster);
  if (status !== 200 || !validators.peersReply(answer)) throw notANode(status);
  return answer as unknown as PeersAnswer;
}

type Answer = Readonly<Record<string, unknown>>;

function openAnswer(status: number, text: string, cluster: string): Answer {
  // A node, or what stands before it, that has a fault just now.
  if (status >= 500) throw new Error(`HTTP ${status}`);
  const answer = parse(text);
  if (answer === undefined) throw notANode(status);
  const { cluster: theirs = DEFAULT_CLUSTER } = answer;
  const isOfOther = typeof answer.self === 'string' || Array.isArray(answer.messages) || 'cluster' in answer;
  if (isOfOther && theirs !== cluster) {
    throw new OtherCluster(`is of the network ${JSON.stringify(theirs).slice(0, 80)}, and this node of "${cluster}"`);
  }
  return answer;
}

function parse(text: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Answer) : undefined;
  } catch {
    return undefined;
  }
}

function notANode(status: number): NobodyOfOurs {
  return new NobodyOfOurs(`what listens there is no gossip node (HTTP ${status})`);
}
