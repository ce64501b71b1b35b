/**
 * The words of the page and of the docs, each in a sentence or two that needs no other knowledge. The page shows them beside
 * the word (`web/term.tsx`), and docs/glossary.md is made of them: `npx vitest run --project fast glossary -u`.
 */

export interface GlossaryEntry {
  /** In a text: `[peers](peer)`. */
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

/** By name. */
export const GLOSSARY = [
  {
    id: 'active-view',
    name: 'active view',
    text: 'A node’s peers: the few nodes that it keeps a link to and sends news to. It’s small however large the network is.',
  },
  {
    id: 'anti-entropy',
    name: 'anti-entropy',
    text: 'Repair by comparison. Now and then two peers compare what they know and send each other what’s missing. It’s slower than passing news on, but it misses nothing.',
  },
  {
    id: 'control',
    name: 'control message',
    text: 'A message that carries no news: it keeps links alive, announces, asks or compares. Messages with news are called payload.',
  },
  { id: 'copy', name: 'copy', text: 'One message with a rumor, from one node to one other.' },
  {
    id: 'coverage',
    name: 'coverage',
    text: 'The part of the live nodes that have an update. 100 % means that all have it.',
  },
  { id: 'degree', name: 'degree', text: 'How many links a node has.' },
  {
    id: 'delivery-time',
    name: 'delivery time',
    text: 'The time from publishing an update until one node has it.',
  },
  {
    id: 'detection-time',
    name: 'detection time',
    text: 'The time from a node’s death until a live node calls it down.',
  },
  {
    id: 'digest',
    name: 'digest',
    text: 'A short summary of what a node knows. A peer compares it with its own and sends the difference, called a delta.',
  },
  {
    id: 'down',
    name: 'down',
    text: 'What nodes say of a node that they take for dead. If it was wrong, that node publishes a higher version, and the verdict is withdrawn.',
  },
  {
    id: 'duplicate',
    name: 'duplicate',
    text: 'A copy of a rumor that reaches a node which already has it. The node drops it and doesn’t pass it on.',
  },
  {
    id: 'eager',
    name: 'eager link',
    text: 'A link over which a node sends news at once, in full. That’s called a push. Drawn as a thick line.',
  },
  {
    id: 'false-positive',
    name: 'false positive',
    text: 'A live node that was called down.',
  },
  {
    id: 'fanout',
    name: 'fanout',
    text: 'To how many random peers a node passes each rumor on.',
  },
  {
    id: 'flooding',
    name: 'flooding',
    text: 'Passing each rumor on to all peers, except the one it came from. The fastest and safest way, and the one with the most copies.',
  },
  {
    id: 'freshness',
    name: 'freshness',
    text: 'How much of the newest a node knows: of how many nodes it has the latest favourite.',
  },
  {
    id: 'gossip',
    name: 'gossip',
    text: 'A way to spread news in a network without a server: each node tells a few others, and they tell a few more.',
  },
  {
    id: 'graft',
    name: 'graft',
    text: 'A request for news that a node has only heard announced. The link it goes over becomes eager again, so the tree mends itself.',
  },
  {
    id: 'heartbeat',
    name: 'heartbeat',
    text: 'A small message that a node sends its peers again and again. It shows that the node lives, and carries a summary of what it knows.',
  },
  { id: 'hop', name: 'hop', text: 'One step of a rumor, from a node to one of its peers.' },
  {
    id: 'lazy',
    name: 'lazy link',
    text: 'A link over which a node only announces what’s new, without sending it. If the news doesn’t come another way, the peer asks for it. Drawn as a thin line.',
  },
  { id: 'link', name: 'link', text: 'A lasting connection between two nodes, drawn as a line. The two are peers.' },
  {
    id: 'loss',
    name: 'loss',
    text: 'The part of all messages that vanish on their way without anybody being told.',
  },
  { id: 'node', name: 'node', text: 'One running program of the network. In the graph it’s a dot.' },
  { id: 'origin', name: 'origin', text: 'The node that published an update.' },
  {
    id: 'partition',
    name: 'partition',
    text: 'A cut through the network: no message gets from one side to the other until it’s healed.',
  },
  {
    id: 'passive-view',
    name: 'passive view',
    text: 'Addresses of further nodes that a node has heard of. When a peer dies, one of them takes its place.',
  },
  {
    id: 'payload',
    name: 'payload message',
    text: 'A message that carries news: a copy of a rumor. All other messages are called control.',
  },
  { id: 'peer', name: 'peer', text: 'A node that another node has a link to. The two send each other news directly.' },
  {
    id: 'prune',
    name: 'prune',
    text: 'A node’s answer to a duplicate: “don’t push me news over this link”. The link becomes lazy.',
  },
  {
    id: 'redundancy',
    name: 'redundancy',
    text: 'How many extra copies are sent for each copy needed. 0 is the best: each node gets one copy. 2 means three copies for each one needed.',
  },
  {
    id: 'rumor',
    name: 'rumor',
    text: 'The message that carries one update. It has a unique ID, its origin, a version, a TTL and the news itself.',
  },
  {
    id: 'seed',
    name: 'seed',
    text: 'A number that all chance in a simulation comes from. The same seed gives the same run.',
  },
  {
    id: 'strategy',
    name: 'strategy',
    text: 'How nodes pass rumors on: to all peers (flood), to a few random ones (random), or along a tree (plumtree).',
  },
  {
    id: 'stretch',
    name: 'stretch',
    text: 'The time to all, divided by the time that a flood over the same links takes. 1 is the best there is.',
  },
  {
    id: 'suspect',
    name: 'suspect',
    text: 'What a node says of a peer that doesn’t answer, before it calls it down.',
  },
  {
    id: 'time-to-all',
    name: 'time to all',
    text: 'The time from publishing an update until the last live node has it.',
  },
  {
    id: 'tree',
    name: 'tree',
    text: 'The links that are left when no news comes twice: exactly one way from a node to each other node. It’s found by pruning, and each origin has its own.',
  },
  {
    id: 'ttl',
    name: 'TTL',
    text: 'Time to live: how many more hops a rumor may travel. Each hop takes one off, so that no rumor travels for ever.',
  },
  {
    id: 'uuid',
    name: 'unique ID',
    text: 'A long random number in each rumor, a UUID. By it a node recognizes a rumor that it has seen before.',
  },
  { id: 'update', name: 'update', text: 'Something new that a node publishes, such as a new favourite book.' },
  {
    id: 'version',
    name: 'version',
    text: 'A number that a node raises by one with each change of its own. Of two versions every node keeps the higher one.',
  },
  {
    id: 'virtual-time',
    name: 'virtual time',
    text: 'The simulation’s own clock. It can run faster or slower than a real clock; what happens is the same.',
  },
] as const satisfies readonly GlossaryEntry[];

export type TermId = (typeof GLOSSARY)[number]['id'];

export function glossaryEntry(id: TermId): GlossaryEntry {
  return GLOSSARY.find((entry) => entry.id === id)!;
}

export function isTerm(id: string): id is TermId {
  return GLOSSARY.some((entry) => entry.id === id);
}

/** docs/glossary.md. */
export function glossaryPage(): string {
  const head = `# Glossary

The words of the page and of these docs. On the page, choose a word with a dotted line under it to read the same.
The lessons in \`/simulate\` show most of them at work: see [the dashboard](dashboard.md#lessons).
`;
  return [head, ...GLOSSARY.map(({ name, text }) => `- **${name}**: ${text}`)].join('\n') + '\n';
}
