import type { Lesson } from './lesson.ts';

export const partition: Lesson = {
  id: 'partition',
  title: 'Partition and healing',
  about: 'A network falls into two halves and comes together again',
  run: 'v=1&nodes=24&seed=3&join=graph:4&publish=1@3000:Dracula;1@7000:Emma&faults=partition@5000:part0.5;heal@20000&for=26000',
  steps: [
    {
      text: 'One network of {nodes} nodes. {origin Dracula} publishes Dracula, and everyone has it after {timeToAll Dracula}.',
      from: { on: 'published', of: 'Dracula' },
      until: { on: 'lastDelivery', of: 'Dracula' },
      watch: 'Dracula',
    },
    {
      text: 'Now a cable breaks. The network falls into two halves that can’t reach each other: a [partition](partition).',
      from: { at: 4900 },
      until: { at: 5500 },
      colorBy: 'freshness',
    },
    {
      text: 'In one of the halves, {origin Emma} publishes Emma.',
      from: { on: 'published', of: 'Emma' },
      until: { at: 14_000 },
      watch: 'Emma',
      question: {
        ask: 'How many of the {nodes} nodes get Emma while the cable is broken?',
        options: ['{nodes}: it finds another way', '{reachedInCut Emma}: its own half', '1: only {origin Emma}'],
        answer: 1,
        reveal: '{reachedInCut Emma}. Each half goes on by itself, and every copy for the other half is lost (✕).',
      },
    },
    {
      text: '{lastNode Emma} is in the other half. Choose a node, and its card says why it has no copy.',
      until: { at: 14_500 },
      watch: 'Emma',
      node: 'lastNode',
    },
    {
      text: 'Each half soon takes the other for dead. A node can’t tell a dead peer from one out of reach, so by the end there are {wrongVerdicts} verdicts, all of them wrong.',
      from: { at: 17_000 },
      until: { at: 19_900 },
      colorBy: 'status',
      view: 'nodes',
    },
    {
      text: 'The cable is repaired. Nodes try old addresses again, find each other and compare what they know. {timeAfterHealing Emma} later all {nodes} nodes have Emma.',
      from: { at: 19_900 },
      until: { on: 'lastDelivery', of: 'Emma' },
      watch: 'Emma',
    },
    {
      text: 'Nodes that were called dead say that they’re alive, with a higher [version](version). {reconciled} after the repair nobody is called dead any more.',
      until: { on: 'lastAlive' },
      colorBy: 'status',
      view: 'nodes',
    },
    {
      text: 'Both halves went on, and now both agree: the higher version wins, wherever it comes from. Try it: press “Split in two”, publish, and press “Heal”.',
      until: { on: 'lastAlive' },
      colorBy: 'status',
    },
  ],
};
