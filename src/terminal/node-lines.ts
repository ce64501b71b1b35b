/** The whole screen of one node, as lines. Pure: a frame, what the reader chose, and the size of the terminal. */
import { joinCommand } from '../text/join-command.ts';
import { briefCount, briefRate } from '../text/numbers.ts';
import type { Address, NodeSnapshot, Status } from '../trace/views.ts';
import { contestedWords } from './event-line.ts';
import type { NodeFrame } from './node-frames.ts';
import { recordColumns, recordStyle, SELF_MARK, STATUS_MARKS } from './record-columns.ts';
import { sortRecords, type RecordOrder } from './record-order.ts';
import { planRows } from './row-plan.ts';
import {
  fillSection,
  fitRows,
  footerLine,
  headingLine,
  helpHeading,
  helpLine,
  helpScreen,
  titleLine,
  type KeyHint,
} from './screen-lines.ts';
import type { Screen, ScreenSize, ScreenState } from './screen-state.ts';
import { describeWindow, scrollWindow } from './scroll-window.ts';
import { hostOf, shortAddress } from './short-address.ts';
import { joinFitting, lineWidth, segment, truncateLine, type Line, type Segment } from './styled-line.ts';
import { TableLines } from './table-lines.ts';
import { toldLines } from './told-lines.ts';
import { sanitize } from '../trace/sanitize.ts';

const DIM = { dim: true };
const BOLD = { bold: true };

const SORTED_TITLES: Readonly<Record<RecordOrder, string>> = {
  node: '  NODE',
  age: 'AGE',
  version: 'VER',
  favourite: 'FAVOURITE',
  hops: 'HOPS',
  status: 'STATUS',
};

export function nodeScreen(frame: NodeFrame, state: ScreenState, size: ScreenSize): Screen {
  const { columns: width } = size;
  const title = nodeTitle(frame, state, width);
  if (state.isHelpShown) return helpScreen(title, HELP, state, size);

  const { records, self } = frame.snapshot;
  const facts = [
    frame.contested === undefined ? peersLine(frame, width) : contestedLine(frame.contested, width),
    rumorsLine(frame, width),
    outcomeLine(frame, width),
    controlLine(frame, width),
  ];
  const plan = planRows(size.rows, facts.length, records.length);
  const sorted = sortRecords(records, state.order);
  const homeHost = hostOf(self);
  const table = new TableLines(recordColumns({ self, homeHost, now: frame.now }), records, width);
  const window = scrollWindow(state.offset, plan.table, sorted.length);
  const rows = sorted
    .slice(window.start, window.end)
    .map((record) => table.line(record, recordStyle(record, frame.now)));
  const lines = [
    title,
    ...facts.slice(0, plan.facts),
    ...(plan.isSpaced ? [[]] : []),
    table.header(SORTED_TITLES[state.order]),
    ...fillSection(rows, 'no records yet: nobody has told us a favourite', plan.table, width),
    ...messageLines(frame, plan.messages, width),
    footerLine(hints(state), describeWindow(window, sorted.length), width),
  ];
  return { lines: fitRows(lines, size), scrolled: { height: plan.table, total: sorted.length } };
}

function nodeTitle({ snapshot, strategy, cluster }: NodeFrame, state: ScreenState, width: number): Line {
  const facts = [
    segment(sanitize(snapshot.self), BOLD),
    segment(`  version ${snapshot.version}  ${sanitize(cluster)}  ${sanitize(strategy)}`, DIM),
  ];
  return titleLine(facts, state, membersLine(snapshot), width);
}

/** How the nodes we know of fare, ourselves included: `8 alive, 1 suspect, 1 down`. */
function membersLine({ records }: NodeSnapshot): Line {
  const statuses = [...new Map(records.map(({ origin, status }) => [origin, status])).values()];
  const counted = (['alive', 'suspect', 'down', 'left'] as const satisfies readonly Status[])
    .map((status) => ({ status, count: statuses.filter((each) => each === status).length }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${count} ${status}`);
  return counted.length === 0 ? [] : [segment(`${counted.join(', ')} `, DIM)];
}

function peersLine({ snapshot, cluster }: NodeFrame, width: number): Line {
  const { peers, passive, records, self } = snapshot;
  const label = factLabel('peers');
  if (peers.length === 0) {
    const text = records.some(({ origin }) => origin !== self)
      ? 'no peers left: looking for others'
      : `no peers yet; start another node:  ${joinCommand(self, cluster)}`;
    return truncateLine([label, segment(text, { color: 'yellow' })], width);
  }
  const count = segment(String(peers.length).padStart(5), BOLD);
  const names = peerNames(peers, hostOf(self), width - lineWidth([label, count]) - 2);
  const tail = passive.length > 0 ? [[segment(`and ${passive.length} more known`, DIM)]] : [];
  return joinFitting([[label, count], names, ...tail], '  ', width);
}

/** In the place of the peers, so that it is seen on the smallest screen: such a node seldom has any. */
function contestedLine({ status, times }: NonNullable<NodeFrame['contested']>, width: number): Line {
  const text = contestedWords(status, times);
  return truncateLine([segment(` ${text}`, { color: 'yellow', bold: true })], width);
}

function peerNames(peers: readonly Address[], homeHost: string, width: number): Line {
  const names = peers.map((peer) => [segment(shortAddress(peer, homeHost))]);
  const whole = joinFitting(names, ' ', width);
  return whole.length === names.length * 2 - 1 ? whole : [...joinFitting(names, ' ', width - 2), segment(' …')];
}

function rumorsLine({ counters, rumorsPerSecond }: NodeFrame, width: number): Line {
  const { rumorsSent, rumorsReceived } = counters;
  return countsLine(
    'rumors',
    [
      ['sent', rumorsSent],
      ['received', rumorsReceived],
    ],
    rumorsPerSecond,
    width,
  );
}

function controlLine({ counters, controlPerSecond }: NodeFrame, width: number): Line {
  const { controlSent, controlReceived } = counters;
  return countsLine(
    'control',
    [
      ['sent', controlSent],
      ['received', controlReceived],
    ],
    controlPerSecond,
    width,
  );
}

/** What became of the rumors received: the line below theirs, without a name of its own. */
function outcomeLine({ counters }: NodeFrame, width: number): Line {
  const { applied, duplicates, stale, dropped, unreachable } = counters;
  const outcomes = [
    ['applied', applied],
    ['duplicates', duplicates],
    ['stale', stale],
    ['dropped', dropped],
    ['unreachable', unreachable],
  ] as const;
  return countsLine('', outcomes, undefined, width);
}

/** So that the lines of counts stand in columns: those of `applied`, `duplicates`, `stale` and so on. */
const COUNT_LABEL_WIDTHS = [7, 10, 5, 7];

type Count = readonly [label: string, count: number];

/** As many counts as fit, each number in a place of its own so that it does not wander. */
function countsLine(label: string, counts: readonly Count[], perSecond: number | undefined, width: number): Line {
  const facts = counts.map(([name, count], index) => [
    segment(`${name.padEnd(COUNT_LABEL_WIDTHS[index] ?? 0)} `, DIM),
    segment(briefCount(count).padStart(5), BOLD),
  ]);
  if (perSecond !== undefined) facts.push([segment(briefRate(perSecond).padStart(11))]);
  const name = factLabel(label);
  return [name, ...joinFitting(facts, '  ', width - lineWidth([name]))];
}

function factLabel(text: string): Segment {
  return segment(` ${text.padEnd(8)}`, DIM);
}

function messageLines({ told, now, snapshot }: NodeFrame, height: number, width: number): Line[] {
  if (height === 0) return [];
  const context = { now, width, homeHost: hostOf(snapshot.self) };
  const lines = toldLines(told, height, context);
  return [headingLine('last messages', width), ...fillSection(lines, 'nothing heard yet', height, width)];
}

function hints({ isPaused, order }: ScreenState): KeyHint[] {
  const sort: KeyHint = ['s', `sort: ${order}`];
  if (isPaused) return [['p', 'go on'], ['q', 'quit'], sort, ['?', 'help']];
  return [['q', 'quit'], ['p', 'pause'], sort, ['r', 'resample'], ['?', 'help']];
}

const HELP: readonly Line[] = [
  [],
  helpHeading('Keys'),
  ...(
    [
      ['q  Ctrl-C', 'quit: this node says goodbye and stops'],
      ['p  space', 'pause: the screen stands still, the node goes on'],
      ['s', 'sort by node, age, version, favourite, hops or status'],
      ['r', 'choose a new favourite now'],
      ['↑ ↓  j k', 'scroll; PgUp PgDn by pages, Home End to the ends'],
      ['?', 'close this help'],
    ] as const satisfies readonly KeyHint[]
  ).map(helpLine),
  [],
  helpHeading('The table'),
  ...(
    [
      [`${SELF_MARK}`, 'this node; :7002 is short for port 7002 on its host'],
      [`${STATUS_MARKS.suspect} ${STATUS_MARKS.down} ${STATUS_MARKS.left}`, 'suspect, down, left; no mark means alive'],
      ['VER', 'the version of a favourite; its origin counts it up'],
      ['AGE', 'since we heard it: bright when new, dim when old'],
      ['HOPS VIA', 'how many sends it took, and who brought it to us'],
    ] as const satisfies readonly KeyHint[]
  ).map(helpLine),
  [],
  helpHeading('The counts'),
  ...(
    [
      ['rumors', 'copies of favourites; control is all other messages'],
      ['applied', 'rumors that changed the table'],
      ['duplicates', 'rumors seen before, by their uuid'],
      ['stale', 'rumors older than what the table holds'],
      ['dropped', 'rumors not passed on (TTL) or not kept (table full)'],
    ] as const satisfies readonly KeyHint[]
  ).map(helpLine),
];
