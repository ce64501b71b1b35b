/**
 * The mechanisms of the core, and how each is switched off: by a parameter, or by another body for one method. The core has no
 * switches for this: what is never off in use should not be there to be switched.
 */
import { Announcements } from '../../src/core/broadcast/announcements.ts';
import { BroadcastTrees, Tree } from '../../src/core/broadcast/broadcast-trees.ts';
import { Grafts } from '../../src/core/broadcast/grafts.ts';
import { Plumtree } from '../../src/core/broadcast/plumtree.ts';
import { FailureDetector } from '../../src/core/detection/failure-detector.ts';
import { Heartbeats } from '../../src/core/detection/heartbeats.ts';
import { DEFAULT_PARAMETERS, type Parameters, type Rumor } from '../../src/core/index.ts';
import { HyParView } from '../../src/core/overlay/hyparview.ts';
import { RandomMember } from '../../src/core/overlay/random-member.ts';
import { Incarnation } from '../../src/core/state/incarnation.ts';
import { Repair } from '../../src/core/state/repair.ts';

export interface Mechanism {
  readonly name: string;
  /** The paper it is from, or `ours`. */
  readonly from: string;
  readonly parameters?: Partial<Parameters>;
  /** Other bodies for methods, by class. */
  readonly instead?: readonly Instead[];
}

type Body = (this: never, ...args: never[]) => unknown;
interface Instead {
  readonly of: { readonly name: string; readonly prototype: object };
  readonly method: string;
  /** @param original the method as it is */
  readonly body: (original: Body) => Body;
}

const NEVER = 2 ** 30;
const nothing: Body = () => undefined;
const swap = (of: Instead['of'], method: string, body: Body): Instead => ({ of, method, body: () => body });
const off = (of: Instead['of'], method: string): Instead => swap(of, method, nothing);

export const MECHANISMS: readonly Mechanism[] = [
  { name: 'links to random members', from: 'ours', instead: [off(HyParView, 'meet')] },
  { name: 'passive view', from: 'HyParView', instead: [off(HyParView, 'addPassive')] },
  { name: 'shuffles', from: 'HyParView', parameters: { shuffleMs: NEVER } },
  {
    name: 'shuffles go to a random member, not to a peer',
    from: 'ours',
    instead: [
      {
        ...{ of: HyParView, method: 'shuffle' },
        body: (original) =>
          function (this: never) {
            return original.call(this);
          },
      },
    ],
  },
  { name: 'lost peers and contacts are tried again', from: 'ours', instead: [off(HyParView, 'reconnect')] },
  { name: 'call back before a link', from: 'ours', instead: [swap(HyParView, 'mustCallBack', () => false)] },
  { name: 'links to members that differ', from: 'ours', instead: [off(Heartbeats, 'ask')] },
  { name: 'looks for members after a loss', from: 'ours', instead: [off(RandomMember, 'peerLost')] },

  { name: 'a tree for each origin', from: 'ours', instead: [...['of', 'get'].map((each) => sharedTree(each))] },
  { name: 'one tree while a node is young', from: 'ours', instead: [swap(BroadcastTrees, 'isYoung', () => false)] },
  { name: 'a new tree begins as the latest', from: 'ours', instead: [off(BroadcastTrees, 'used')] },
  { name: 'first rumors are announced soon', from: 'ours', instead: [firstAtLeisure()] },
  { name: 'announcements (iHave)', from: 'Plumtree', instead: [off(Announcements, 'add')] },
  { name: 'announced to one side of a link', from: 'ours', instead: [off(Announcements, 'heard')] },
  { name: 'fetching what was announced (graft)', from: 'Plumtree', instead: [off(Grafts, 'expect')] },
  { name: 'trees are improved', from: 'Plumtree §3.6', instead: [swap(Plumtree, 'gains', () => false)] },
  { name: 'a tried parent is beaten twice', from: 'ours', instead: [swap(Tree, 'isBeaten', () => true)] },
  { name: 'better times go on', from: 'distance vector', instead: [announcedAt(Plumtree)] },
  { name: 'offers wait for their rumor', from: 'ours', instead: [off(Plumtree, 'noteOffer')] },
  { name: 'torn trees are mended', from: 'ours', instead: [off(Plumtree, 'mend'), off(Plumtree, 'mendSoon')] },
  { name: 'what repair brought is announced', from: 'ours', instead: [off(Plumtree, 'repaired')] },
  { name: 'claims are flooded', from: 'ours', instead: [claimsAlongTree()] },

  { name: 'anti-entropy', from: 'Demers et al.', instead: [off(Repair, 'onDisagreement')] },
  { name: 'comparing at every third difference', from: 'ours', instead: [swap(Repair, 'isTimeToCompare', () => true)] },
  { name: 'a longer period at rest', from: 'Trickle', parameters: { heartbeatMinMs: DEFAULT_PARAMETERS.heartbeatMs } },
  { name: 'comparing what had time to come', from: 'ours', parameters: { settleMs: 0 } },

  { name: 'indirect probes', from: 'SWIM', parameters: { probeHelpers: 0 } },
  { name: 'suspicion', from: 'SWIM', parameters: { suspicionMs: 0 } },
  { name: 'local health', from: 'Lifeguard', instead: [swap(FailureDetector, 'patient', (ms: never) => ms)] },
  { name: 'others await a refutation, too', from: 'ours', instead: [off(FailureDetector, 'onSuspicion')] },
  { name: 'telling one that speaks what is claimed', from: 'ours', instead: [off(FailureDetector, 'tellClaim')] },
  { name: 'noticing that one was paused', from: 'ours', instead: [swap(Heartbeats, 'noticeLateness', () => false)] },
  { name: 'own news for new peers', from: 'ours', instead: [off(Incarnation, 'peerUp')] },
];

function sharedTree(method: string): Instead {
  return swap(BroadcastTrees, method, function (this: { readonly shared: Tree }) {
    return this.shared;
  });
}

/** What repair brings is announced with the time of now, a better time with one that is past. */
function announcedAt(of: Instead['of']): Instead {
  type Announcer = { readonly effects: { readonly now: number } };
  return {
    ...{ of, method: 'announce' },
    body: (original) =>
      function (this: Announcer, ...args: never[]) {
        return args[2] === this.effects.now ? original.apply(this as never, args) : undefined;
      },
  };
}

/** The first rumor of an origin, too, waits as long as any. */
function firstAtLeisure(): Instead {
  const announceMs = DEFAULT_PARAMETERS.announceMs as never;
  return {
    ...{ of: Announcements, method: 'schedule' },
    body: (original) =>
      function (this: never) {
        return original.call(this, announceMs);
      },
  };
}

/** As if a claim were a rumor of the origin whose tree is shown. */
function claimsAlongTree(): Instead {
  type Spreader = {
    readonly view: { readonly peers: readonly string[] };
    readonly trees: { readonly shown: Tree };
    readonly effects: { send(to: string, message: unknown): void };
    forgetGone(rumor: Rumor): void;
  };
  return swap(Plumtree, 'spreadClaim', function (this: Spreader, rumor: Rumor, from: string) {
    for (const peer of this.view.peers) {
      if (peer !== from && !this.trees.shown.isLazy(peer)) this.effects.send(peer, rumor);
    }
    this.forgetGone(rumor);
  });
}

/** @returns how to switch it on again @throws where a method has another name now */
export function switchOff({ instead = [] }: Mechanism): () => void {
  const originals = instead.map(({ of, method, body }) => {
    const prototype = of.prototype as Record<string, Body | undefined>;
    const original = prototype[method];
    if (original === undefined) throw new Error(`${of.name} has no method ${method}`);
    prototype[method] = body(original);
    return () => void (prototype[method] = original);
  });
  return () => originals.forEach((restore) => restore());
}
