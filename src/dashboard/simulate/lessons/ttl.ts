import type { Lesson } from './lesson.ts';
import { QUIET } from './quiet.ts';

const run = (hops: number, upkeep: string, forMs: number): string => {
  return `v=1&nodes=30&strategy=flood&seed=3&ttl=${hops}&${upkeep}&join=graph:4&publish=0@1000:Emma&for=${forMs}`;
};

export const ttl: Lesson = {
  id: 'ttl',
  title: 'Time to live',
  about: 'How far a rumor may travel, and who is too far away',
  run: run(2, QUIET, 2000),
  steps: [
    {
      text: 'Each rumor carries a number, its [TTL](ttl): how many more hops it may travel. {origin} publishes Emma with a TTL of {ttl}.',
      from: { at: 900 },
      until: { on: 'published' },
      watch: 'Emma',
    },
    {
      text: 'Each hop takes one off the TTL. The first copy arrives after {firstDelivery}, and its receiver passes it on with a TTL that is lower by one.',
      until: { on: 'firstDelivery', plusMs: 20 },
      watch: 'Emma',
    },
    {
      text: 'When the TTL has run out, a node keeps the news and doesn’t pass it on.',
      until: { on: 'lastCopy' },
      watch: 'Emma',
      question: {
        ask: 'Do all {nodes} nodes get the news with a TTL of {ttl}?',
        options: ['Yes, all of them', 'No, some are too far away'],
        answer: 1,
        reveal:
          'No. {reached} of {nodes} nodes have it. The other {missed} are more than {ttl} hops away from {origin}.',
      },
    },
    {
      run: run(4, QUIET, 2000),
      text: 'The same network with a TTL of {ttl}: now {reached} of {nodes} nodes get the news. The farthest is {lastHop} hops away.',
      from: { on: 'published' },
      until: { on: 'lastCopy' },
      watch: 'Emma',
    },
    {
      run: run(2, 'favorites=no', 10_000),
      text: 'Back to a TTL of {ttl}, now with [repair](anti-entropy): peers compare what they know every few seconds. After {timeToAll} all {nodes} nodes have it, so nobody is left behind for ever.',
      from: { on: 'published' },
      until: { on: 'lastDelivery' },
      watch: 'Emma',
    },
    {
      text: 'A TTL stops a rumor from travelling for ever. It’s a safety limit: set it well above what you need. Try it: move “TTL” and start again.',
      until: { on: 'lastDelivery' },
      watch: 'Emma',
    },
  ],
};
