/** The eight lessons, in the order of docs/experiments.md. */
import type { Lesson } from './lesson.ts';
import { deaths } from './deaths.ts';
import { duplicates } from './duplicates.ts';
import { oneRumor } from './one-rumor.ts';
import { partition } from './partition.ts';
import { randomSubset } from './random-subset.ts';
import { tree } from './tree.ts';
import { ttl } from './ttl.ts';
import { versions } from './versions.ts';

export const LESSONS: readonly Lesson[] = [oneRumor, duplicates, versions, ttl, randomSubset, tree, deaths, partition];
