import type { Lesson } from './lesson.ts';
import { QUIET } from './quiet.ts';

const FLOOD = `v=1&nodes=20&strategy=flood&seed=3&${QUIET}&join=graph:4&publish=0@1000:Emma&for=2000`;

export const duplicates: Lesson = {
  id: 'duplicates',
  title: 'Duplicates',
  about: 'Why a flood sends too much, and how a node drops what it already has',
  run: FLOOD,
  steps: [
    {
      text: 'Here are {nodes} nodes with {links} links between them. {origin} publishes Emma, and the first copy arrives after {firstDelivery}.',
      from: { on: 'published' },
      until: { on: 'firstDelivery' },
      watch: 'Emma',
    },
    {
      text: '{firstDuplicateNode} has just received a copy of news that it already has: a [duplicate](duplicate). It drops the copy and doesn’t pass it on.',
      until: { on: 'firstDuplicate' },
      watch: 'Emma',
    },
    {
      text: 'How does it know? Each rumor carries a [unique ID](uuid), and each node remembers the IDs it has seen. It compares IDs, not books.',
      until: { on: 'firstDuplicate' },
      watch: 'Emma',
    },
    {
      text: 'The other {needed} nodes need one copy each.',
      until: { on: 'lastCopy' },
      watch: 'Emma',
      question: {
        ask: 'How many copies does the flood send in all?',
        options: ['{needed}', '{copies}', '400'],
        answer: 1,
        reveal:
          '{copies} copies. {needed} of them brought the news, and {duplicates} were duplicates: the hollow dots on dashed lines.',
      },
    },
    {
      text: 'Each link carries one copy or two, needed or not. [Redundancy](redundancy) is the number of extra copies for each copy needed: here it’s {redundancy}.',
      until: { on: 'lastCopy' },
      highlight: 'redundancy',
      watch: 'Emma',
    },
    {
      run: FLOOD.replace('&publish', '&loss=0.1&publish'),
      text: 'Duplicates have a good side, too. In this run one message in ten gets lost: {lost} copies vanish (✕), and still {reached} of {nodes} nodes get the news.',
      from: { on: 'published' },
      until: { on: 'lastCopy' },
      watch: 'Emma',
    },
    {
      text: 'So a flood is fast and hard to break, but it wastes messages. Try it: give the nodes more links with “Mean degree”, or raise “Loss”.',
      until: { on: 'lastCopy' },
      watch: 'Emma',
    },
  ],
};
