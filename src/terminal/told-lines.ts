/** The last messages, one line each. */
import { ageText } from '../text/spans.ts';
import type { Millis } from '../trace/views.ts';
import { eventWords } from './event-line.ts';
import { padEnd, padStart } from './fit-text.ts';
import { shortAddress } from './short-address.ts';
import { segment, truncateLine, type Line, type Segment } from './styled-line.ts';
import type { ToldEntry } from './told-log.ts';

export interface ToldContext {
  readonly now: Millis;
  readonly homeHost: string;
  readonly width: number;
  /** Says on every line at which node it happened. */
  readonly namesNode?: boolean;
}

const AGE_WIDTH = 6;
const KIND_WIDTH = 12;
const NODE_WIDTH = 7;

export function toldLine(entry: ToldEntry, context: ToldContext): Line {
  return truncateLine(
    [
      segment(padStart(ageText(context.now - entry.time), AGE_WIDTH), { dim: true }),
      segment('  '),
      ...telling(entry, context),
    ],
    context.width,
  );
}

function telling(entry: ToldEntry, { homeHost, namesNode }: ToldContext): Segment[] {
  if (entry.type === 'pause') {
    return [
      segment(`paused for ${ageText(entry.time - entry.sinceTime)}: what happened then is not shown`, { dim: true }),
    ];
  }
  const { kind, text, style } = eventWords(entry, homeHost);
  const node = namesNode ? [segment(`${padEnd(shortAddress(entry.node, homeHost), NODE_WIDTH)} `, { bold: true })] : [];
  return [...node, segment(padEnd(kind, KIND_WIDTH), style), segment(text, style.dim ? { dim: true } : {})];
}
