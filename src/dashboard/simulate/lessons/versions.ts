import type { Lesson } from './lesson.ts';
import { QUIET } from './quiet.ts';

export const versions: Lesson = {
  id: 'versions',
  title: 'Order and versions',
  about: 'Messages overtake each other, and still all nodes agree',
  run: `v=1&nodes=12&strategy=flood&seed=6&${QUIET}&join=graph:3&delay=50~400:anew&reordering=1&publish=0@1000:Emma;0@1100:Middlemarch&for=3000`,
  steps: [
    {
      text: 'On this network some messages take longer than others. {origin} publishes its favourite, Emma, and gives it [version](version) {version Emma}.',
      from: { at: 900 },
      until: { on: 'published', plusMs: 60 },
      watch: 'Emma',
    },
    {
      text: 'A moment later {origin} changes its mind: Middlemarch, version {version Middlemarch}. Copies of both rumors are on their way now.',
      until: { on: 'published', of: 'Middlemarch', plusMs: 60 },
      watch: 'Middlemarch',
    },
    {
      text: '{staleNode Emma} has version {version Middlemarch}. Only now a late copy of version {version Emma} arrives.',
      from: { on: 'firstStale', of: 'Emma', plusMs: -25 },
      until: { on: 'firstStale', of: 'Emma' },
      watch: 'Emma',
      question: {
        ask: 'Which favourite of {origin} does {staleNode Emma} keep?',
        options: ['Emma: it came last', 'Middlemarch: the higher version', 'Both'],
        answer: 1,
        reveal:
          'The higher version wins, so {staleNode Emma} drops the late copy. The order in which rumors arrive doesn’t matter.',
      },
    },
    {
      text: 'In this run {stale Emma} copies of Emma came too late. After {timeToAll Middlemarch} all {nodes} nodes have version {version Middlemarch}, and nothing older comes back.',
      until: { on: 'lastCopy', of: 'Middlemarch' },
      watch: 'Middlemarch',
      view: 'updates',
    },
    {
      text: 'No clocks are compared. Only {origin} numbers its favourites, so everyone agrees which one is newer. Try it: publish at one node several times in a row.',
      until: { on: 'lastCopy', of: 'Middlemarch' },
      watch: 'Middlemarch',
      view: 'updates',
    },
  ],
};
