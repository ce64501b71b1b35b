/** The last messages, one line each; the same message several times in a row is one line with a count. */
import { ageText } from '../text/spans.ts';
import type { Millis } from '../trace/views.ts';
import { eventWords, type EventWords } from './event-line.ts';
import { padEnd, padStart } from './fit-text.ts';
import { shortAddress } from './short-address.ts';
import { segment, spread, type Line, type Segment } from './styled-line.ts';
import type { ToldEntry } from './told-log.ts';

export interface ToldContext {
  readonly now: Millis;
  readonly homeHost: string;
  readonly width: number;
  /** Says on every line at which node it happened. */
  readonly namesNode?: boolean;
}

/** Entries that read alike and follow each other. */
interface Fold {
  readonly newest: ToldEntry;
  readonly words: EventWords;
  count: number;
}

const AGE_WIDTH = 6;
const KIND_WIDTH = 12;
const NODE_WIDTH = 7;

/** @returns at most `height` lines, the newest first */
export function toldLines(newestFirst: readonly ToldEntry[], height: number, context: ToldContext): Line[] {
  const folds: Fold[] = [];
  for (const entry of newestFirst) {
    const words = wordsOf(entry, context.homeHost);
    const last = folds.at(-1);
    if (last !== undefined && readsLike(last, entry, words)) last.count++;
    else if (folds.length === height) break;
    else folds.push({ newest: entry, words, count: 1 });
  }
  return folds.map((fold) => foldLine(fold, context));
}

function readsLike({ newest, words }: Fold, entry: ToldEntry, { kind, text }: EventWords): boolean {
  return nodeOf(newest) === nodeOf(entry) && words.kind === kind && words.text === text;
}

function nodeOf(entry: ToldEntry): string | undefined {
  return entry.type === 'pause' ? undefined : entry.node;
}

function wordsOf(entry: ToldEntry, homeHost: string): EventWords {
  if (entry.type !== 'pause') return eventWords(entry, homeHost);
  const span = ageText(entry.time - entry.sinceTime);
  return { kind: '', text: `paused for ${span}: what happened then is not shown`, style: { dim: true } };
}

function foldLine({ newest, words, count }: Fold, { now, width, homeHost, namesNode }: ToldContext): Line {
  const { kind, text, style } = words;
  const node = nodeOf(newest);
  const name: Segment[] =
    namesNode && node !== undefined
      ? [segment(`${padEnd(shortAddress(node, homeHost), NODE_WIDTH)} `, { bold: true })]
      : [];
  const told = [
    segment(padStart(ageText(now - newest.time), AGE_WIDTH), { dim: true }),
    segment('  '),
    ...name,
    ...(kind === '' ? [] : [segment(padEnd(kind, KIND_WIDTH), style)]),
    segment(text, style.dim ? { dim: true } : {}),
  ];
  return spread(told, count === 1 ? [] : [segment(`×${count} `, { bold: true })], width);
}
