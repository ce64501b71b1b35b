import type { Lesson } from './lesson.ts';

export const deaths: Lesson = {
  id: 'deaths',
  title: 'Deaths and repair',
  about: 'Nodes die without a word, and the tree mends itself',
  run: 'v=1&nodes=30&seed=3&join=graph:4&publish=1@3000:Dracula;1@6050:Emma;1@12000:Middlemarch&faults=kill@6000:part0.2&for=15000',
  steps: [
    {
      text: 'A network with its tree at work: {origin Dracula} publishes Dracula, and all {nodes} nodes have it after {timeToAll Dracula}.',
      from: { on: 'published', of: 'Dracula' },
      until: { on: 'lastDelivery', of: 'Dracula' },
      watch: 'Dracula',
    },
    {
      text: '{killed} of the {nodes} nodes die at once, without a goodbye (✕). Nobody has noticed yet.',
      from: { at: 5900 },
      until: { at: 6010 },
      colorBy: 'status',
    },
    {
      text: 'Just then {origin Emma} publishes Emma. Some branches of the tree are broken.',
      until: { on: 'lastDelivery', of: 'Emma' },
      watch: 'Emma',
      question: {
        ask: 'What happens to the nodes behind a broken branch?',
        options: ['They never get the news', 'They get it later', 'They get it as fast as before'],
        answer: 1,
        reveal:
          'They get it later. They heard of Emma over [lazy](lazy) links and asked for it: a [graft](graft). All {live} live nodes have it after {timeToAll Emma}, up from {timeToAll Dracula}.',
      },
    },
    {
      text: 'How do the others notice a death? A node that doesn’t hear from a peer looks again, then tells everyone: it’s [down](down). {detection} after the deaths, every live node knows of all {killed}.',
      from: { at: 6000 },
      until: { on: 'lastDown' },
      colorBy: 'status',
      view: 'nodes',
    },
    {
      text: 'Meanwhile the tree has mended. {origin Middlemarch} publishes Middlemarch, and the {live} live nodes have it after {timeToAll Middlemarch}, with {copies Middlemarch} copies.',
      from: { on: 'published', of: 'Middlemarch' },
      until: { on: 'lastDelivery', of: 'Middlemarch' },
      watch: 'Middlemarch',
    },
    {
      text: 'The tree is cheap, and the lazy links keep it safe. Try it: kill some more nodes, publish, and choose a node to read how the news reached it.',
      until: { on: 'lastDelivery', of: 'Middlemarch' },
      watch: 'Middlemarch',
    },
  ],
};
