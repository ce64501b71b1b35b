import type { Lesson } from './lesson.ts';
import { QUIET } from './quiet.ts';

export const oneRumor: Lesson = {
  id: 'one-rumor',
  title: 'One rumor',
  about: 'How news reaches every node without a server',
  run: `v=1&nodes=12&strategy=flood&seed=3&${QUIET}&join=graph:3&delay=100&publish=0@1000:Emma&for=2000`,
  steps: [
    {
      text: 'Each dot is a [node](node): a program with a favourite book. A line joins two nodes that talk to each other. They are [peers](peer).',
      until: { at: 900 },
    },
    {
      text: '{origin} has a new favourite, Emma. It writes the news into a message, a [rumor](rumor). So far, no other node knows it.',
      until: { on: 'published' },
      watch: 'Emma',
    },
    {
      text: '{origin} sends a copy to each of its {peers} peers. The moving dots are copies on their way.',
      until: { on: 'published', plusMs: 50 },
      watch: 'Emma',
    },
    {
      text: 'After {firstDelivery} the {peers} peers have it. Each passes it on to its own peers, except the one it came from. One pass from node to node is a [hop](hop).',
      until: { on: 'firstDelivery', plusMs: 30 },
      watch: 'Emma',
    },
    {
      text: 'No node knows the whole network, and nobody is in charge.',
      until: { on: 'lastDelivery' },
      watch: 'Emma',
      question: {
        ask: 'After how many hops does the last of the {nodes} nodes have the news?',
        options: ['1', '{lastHop}', '{needed}'],
        answer: 1,
        reveal:
          'After {lastHop} hops and {timeToAll}, all {nodes} nodes have it. Passing news on to every peer is called [flooding](flooding).',
      },
    },
    {
      text: 'That’s gossip: no server, no list of all nodes, and still the news reaches everyone. Try it: press Publish to start a rumor of your own.',
      until: { on: 'lastDelivery' },
      watch: 'Emma',
    },
  ],
};
