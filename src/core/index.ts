/**
 * The core as its hosts have it: a node, what goes into it and what comes out, its messages and parameters, and the rules of its state that
 * a host shares. Hosts import from here and from no other file of the core.
 */
export { GossipNode } from './node.ts';
export type { GossipNodeOptions } from './node-options.ts';
export type {
  CoreEvent,
  DropReason,
  Effect,
  Input,
  Millis,
  NodeSnapshot,
  PeerDownReason,
  RecordSnapshot,
  Timer,
  UnpublishedReason,
} from './boundary.ts';
export {
  isRumor,
  MAX_HELD_MS,
  type Announcement,
  type Claim,
  type ControlMessage,
  type Delta,
  type Digest,
  type DigestEntry,
  type Disconnect,
  type GetPeers,
  type Graft,
  type Heartbeat,
  type IHave,
  type Join,
  type LinkRequest,
  type Message,
  type Neighbor,
  type NeighborReply,
  type Payload,
  type Peers,
  type Ping,
  type Pong,
  type Probe,
  type ProbeReply,
  type Prune,
  type Receipt,
  type Request,
  type Rumor,
  type Shuffle,
  type ShuffleReply,
  type Status,
  type Summary,
  type Want,
} from './messages.ts';
export { DEFAULT_PARAMETERS, MAX_HOPS, MAX_RECEIPT_MS, MAX_TTL, MAX_VERSION, type Parameters } from './parameters.ts';
export { checkParameters, MAX_MS, MAX_NODES, PARAMETER_BOUNDS, type Bounds } from './parameter-bounds.ts';
export { Effects } from './effects.ts';
export { jittered, pick, sample, type Random } from './random.ts';
export {
  ADDRESS_PATTERN,
  isAddress,
  joinAddress,
  MAX_ADDRESS_LENGTH,
  parseAddress,
  splitAddress,
  type Address,
} from './address.ts';
export { MAX_REQUEST } from './requests.ts';
export type { MakeStrategy } from './broadcast/create-strategy.ts';
export {
  DEFAULT_STRATEGY,
  Strategy,
  STRATEGY_NAMES,
  type StrategyName,
  type TreeMessage,
  type TreeTimer,
} from './broadcast/strategy.ts';
export { JOIN_RETRY_MAX_MS } from './overlay/bootstrap.ts';
export { NEIGHBOR_TIMEOUT_MS } from './overlay/link-requests.ts';
export { MAX_CANDIDATES } from './overlay/reconnect-candidates.ts';
export { fingerprintOf, formatFingerprint, type Fingerprint } from './state/fingerprint.ts';
