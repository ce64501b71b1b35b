/** For each claim of the level _full_ a node of ours that hears, or says, one thing otherwise. */
import { isRumor, type Input, type Message, type ProbeReply, type Rumor } from '../../src/core/index.ts';
import type { RunningNode } from '../../src/http/running-node.ts';
import type { Answered, Asked, Fault, Inside } from './our-wrong-node.ts';

type Type = Exclude<Message['type'], undefined>;
type Of<T extends Type> = T extends 'rumor' ? Rumor : Extract<Message, { type: T }>;

/** What the core gets in place of a message of this type. */
function hearing<T extends Type>(
  type: T,
  change: (message: Of<T>, node: RunningNode, from: string) => readonly Message[],
): Fault {
  return {
    heard: (input, node): readonly Input[] => {
      if (input.type !== 'message' || (input.message.type ?? 'rumor') !== type) return [input];
      const { from } = input;
      return change(input.message as Of<T>, node, from).map((message) => ({ ...input, message }));
    },
  };
}

/** What is sent in place of a message of this type. */
function saying<T extends Type>(type: T, change: (message: Of<T>) => readonly Message[]): Fault {
  return { said: (message) => ((message.type ?? 'rumor') === type ? change(message as Of<T>) : [message]) };
}

/** Deaf to the one of these that comes as the nth in its life. */
function deafTo(type: Type, nth: number): Fault {
  let count = 0;
  return hearing(type, (message) => (++count === nth ? [] : [message]));
}

/** Says that it saw the one where it saw the other. */
function seeing(saw: ProbeReply['saw'], said: ProbeReply['saw']): Fault {
  return saying('probeReply', (reply) => [reply.saw === saw ? { ...reply, saw: said } : reply]);
}

function answering(path: string, change: (value: Record<string, unknown>, node: RunningNode) => object): Fault {
  return {
    answered: (answer: Answered, { url, method }: Asked, node) => {
      if (url !== path || method !== 'GET') return answer;
      return { ...answer, text: JSON.stringify(change(JSON.parse(answer.text) as Record<string, unknown>, node)) };
    },
  };
}

function recordOf({ origin, key }: Rumor, node: RunningNode) {
  return node.snapshot().records.find((record) => record.origin === origin && record.key === key);
}

type StateRecord = { readonly origin: string; readonly status: string };

const inState = (change: (record: StateRecord, node: RunningNode) => object): Fault =>
  answering('/state/', (state, node) => ({
    ...state,
    records: (state['records'] as StateRecord[]).map((record) => change(record, node)),
  }));

export const WRONG_FULL_NODES: Readonly<Record<string, Fault>> = {
  'full/names-itself': answering('/peers/', ({ self, peers }) => ({ self, peers })),
  'full/tells-its-state': inState(({ status, ...rest }, { self }) =>
    rest.origin === self ? rest : { ...rest, status },
  ),
  'full/join': hearing('join', () => []),
  'full/neighbor': deafTo('neighbor', 1),
  // Those before it say goodbye to claims that are done.
  'full/disconnect': deafTo('disconnect', 3),
  'full/shuffle': saying('shuffleReply', () => []),
  'full/higher-version-wins': hearing('rumor', (rumor, node) => {
    const record = recordOf(rumor, node);
    const isOld = rumor.status === undefined && record !== undefined && rumor.version < record.version;
    return [isOld ? { ...rumor, version: record.version + 1 } : rumor];
  }),
  'full/larger-uuid-wins': hearing('rumor', (rumor, node) => {
    const record = recordOf(rumor, node);
    const isTie = rumor.status === undefined && record?.version === rumor.version && rumor.uuid < record.uuid;
    return [isTie ? { ...rumor, uuid: `~${rumor.uuid}` } : rumor];
  }),
  'full/keys-are-apart': hearing('rumor', ({ key: _, ...rumor }) => [rumor]),
  'full/claims-merge': inState((record) => (record.status === 'down' ? { ...record, status: 'suspect' } : record)),
  'full/newer-content-refutes': hearing('rumor', (rumor, node) =>
    rumor.status === undefined && recordOf(rumor, node)?.status === 'suspect' ? [] : [rumor],
  ),
  'full/left': hearing('rumor', (rumor) => (rumor.status === 'left' ? [] : [rumor])),
  'full/refutes-a-suspicion': hearing('rumor', (rumor, { self }) =>
    rumor.origin === self && rumor.status === 'suspect' ? [] : [rumor],
  ),
  'full/goes-above-itself': hearing('rumor', (rumor, { self }) =>
    rumor.origin === self && rumor.status === undefined ? [] : [rumor],
  ),
  // The first two come with claims about the node's own favourite.
  'full/graft-makes-eager': deafTo('graft', 3),
  'full/ttl-and-hops': saying('rumor', (rumor) => [{ ...rumor, hops: (rumor.hops ?? 1) + 1 }]),
  'full/never-back': {
    spoil: (node: RunningNode & Inside) => {
      const send = node.transport.sender.send.bind(node.transport.sender);
      node.transport.sender.send = (to, message) => {
        send(to, message);
        const isNews = isRumor(message) && message.status === undefined && message.origin !== node.self;
        if (isNews && node.snapshot().peers.includes(message.origin)) send(message.origin, message);
      };
    },
  },
  'full/prune-makes-lazy': hearing('prune', () => []),
  'full/graft-brings-records': hearing('graft', (graft) => [{ ...graft, records: [] }]),
  'full/prunes-a-duplicate': saying('prune', () => []),
  'full/fetches-what-is-named': saying('graft', () => []),
  'full/differing-hash': saying('digest', () => []),
  'full/heartbeat-of-no-peer': saying('disconnect', () => []),
  'full/digest-brings-delta': hearing('digest', (digest) => (digest.entries.length === 0 ? [] : [digest])),
  'full/digest-brings-want': saying('want', () => []),
  'full/want-brings-delta': hearing('want', () => []),
  'full/takes-a-delta': hearing('delta', ({ rumors }) => rumors.map((rumor) => ({ ...rumor, ttl: 3 }))),
  'full/ping': saying('pong', (pong) => [{ ...pong, request: pong.request + 1 }]),
  'full/probe-of-the-living': seeing('alive', 'silence'),
  'full/probe-of-the-dead': seeing('refused', 'silence'),
  'full/probe-of-the-silent': seeing('silence', 'alive'),
  'full/tells-of-a-death': saying('rumor', (rumor) => (rumor.status === 'down' ? [] : [rumor])),
  'full/suspects-first': saying('rumor', (rumor) => [
    rumor.status === 'suspect' ? { ...rumor, status: 'down' } : rumor,
  ]),
  'full/asks-before-it-accuses': hearing('probeReply', (reply) => [{ ...reply, saw: 'silence' as const }]),
};
