import type { Lesson } from './lesson.ts';
import { QUIET } from './quiet.ts';

export const tree: Lesson = {
  id: 'tree',
  title: 'The tree',
  about: 'How nodes learn from duplicates to send each rumor once',
  run: `v=1&nodes=30&seed=3&${QUIET}&join=graph:5&publish=0@1000:Emma;0@3000:Middlemarch&for=4000`,
  steps: [
    {
      text: 'A duplicate tells a node something: this link wasn’t needed. The nodes of this network learn from it. {origin} publishes Emma, and at first it’s a flood.',
      from: { on: 'published' },
      until: { on: 'firstDelivery', plusMs: 15 },
      watch: 'Emma',
    },
    {
      text: '{firstDuplicateNode} has just received a duplicate from {firstDuplicateFrom}. It answers with a [prune](prune): “don’t send me news over this link”.',
      until: { on: 'firstDuplicate' },
      watch: 'Emma',
    },
    {
      text: 'After {copies} copies the flood is over, and many links have become [lazy](lazy): thin lines that only announce news. The thick ones still [push](eager) it.',
      until: { on: 'lastCopy', plusMs: 300 },
      highlight: 'legend',
    },
    {
      text: '{origin} publishes a second book, Middlemarch.',
      from: { on: 'published', of: 'Middlemarch' },
      until: { on: 'lastCopy', of: 'Middlemarch' },
      watch: 'Middlemarch',
      question: {
        ask: 'The first took {copies} copies. How many does the second take?',
        options: ['{copies}, as before', '{copies Middlemarch}', '10'],
        answer: 1,
        reveal:
          '{copies Middlemarch}: one for each of the other nodes, with {duplicates Middlemarch} duplicates. No network can do with fewer.',
      },
    },
    {
      text: 'The thick links form a [tree](tree): exactly one way from {origin} to each node. Nobody planned it; it’s what pruning left over.',
      until: { on: 'lastCopy', of: 'Middlemarch', plusMs: 200 },
      highlight: 'legend',
    },
    {
      text: 'Is it slower? The flood took {timeToAll Emma}, the tree {timeToAll Middlemarch}: the links on which copies came first are the ones that stayed.',
      from: { on: 'published', of: 'Middlemarch' },
      until: { on: 'lastCopy', of: 'Middlemarch' },
      watch: 'Middlemarch',
      view: 'updates',
    },
    {
      text: 'A tree has one way to each node. What if a node in the middle dies? That’s the next lesson. Try it: press Kill, then Publish.',
      until: { on: 'lastCopy', of: 'Middlemarch' },
      watch: 'Middlemarch',
    },
  ],
};
