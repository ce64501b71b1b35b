import type { Lesson } from './lesson.ts';
import { QUIET } from './quiet.ts';

const run = (fanout: number, upkeep: string, forMs: number): string => {
  return `v=1&nodes=30&strategy=random&fanout=${fanout}&seed=3&${upkeep}&join=graph:6&publish=0@1000:Emma&for=${forMs}`;
};

export const randomSubset: Lesson = {
  id: 'random-subset',
  title: 'A random few',
  about: 'Fewer copies, and which nodes they miss',
  run: run(2, QUIET, 2000),
  steps: [
    {
      text: 'To save copies, a node can pass a rumor on to a few random peers instead of all. How many is called the [fanout](fanout): here it’s {fanout}.',
      from: { at: 900 },
      until: { on: 'published' },
      watch: 'Emma',
    },
    {
      text: '{origin} has {peers} peers and sends only {firstCopies} copies. Each node that gets the news picks {fanout} peers of its own.',
      until: { on: 'firstDelivery' },
      watch: 'Emma',
    },
    {
      text: 'The wave goes on like this until nobody is left who could pass it on.',
      until: { on: 'lastCopy' },
      watch: 'Emma',
      question: {
        ask: 'How many of the {nodes} nodes have the news then?',
        options: ['{nodes}: all of them', '{reached}', '10'],
        answer: 1,
        reveal:
          '{reached} of {nodes}, with {copies} copies. A flood over the same links would send {floodCopies}, and miss nobody.',
      },
    },
    {
      text: '{missedNode} is one of the {missed} nodes without the news. By chance, none of its peers picked it. Its card says which of them had it.',
      until: { on: 'lastCopy' },
      watch: 'Emma',
      node: 'missedNode',
    },
    {
      run: run(4, QUIET, 2000),
      text: 'With a fanout of {fanout}, {reached} of {nodes} nodes get it, for {copies} copies. To reach nearly all is cheap; the last few cost the most.',
      from: { on: 'published' },
      until: { on: 'lastCopy' },
      watch: 'Emma',
    },
    {
      run: run(2, 'favorites=no', 8000),
      text: 'So a small fanout needs [repair](anti-entropy): now and then two peers compare what they know and fill the gaps. Fanout {fanout}, {copies} copies, and all {nodes} nodes have it after {timeToAll}.',
      from: { on: 'published' },
      until: { on: 'lastDelivery' },
      watch: 'Emma',
    },
    {
      text: 'Random copies are fast and cheap, and repair makes them sure. Try it: change “Fanout” and watch how many nodes the wave misses.',
      until: { on: 'lastDelivery' },
      watch: 'Emma',
    },
  ],
};
