/** The whole screen of a network of processes, as lines. */
import { briefRate } from '../text/numbers.ts';
import { spanText } from '../text/spans.ts';
import { isExpected, type NetworkNode, type NetworkState, type UpdateState } from '../trace/views.ts';
import { bar } from './bar.ts';
import { favoriteText } from '../trace/favorite-text.ts';
import { padEnd } from './fit-text.ts';
import { networkColumns, networkNodeStyle, SELECTED_MARK } from './network-columns.ts';
import type { NetworkFrame } from './network-frames.ts';
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
import { windowAround, type Screen, type ScreenSize, type ScreenState } from './screen-state.ts';
import { describeWindow, scrollWindow } from './scroll-window.ts';
import { hostOf, shortAddress } from './short-address.ts';
import { segment, spread, truncateLine, type Line } from './styled-line.ts';
import { TableLines } from './table-lines.ts';
import { toldLines } from './told-lines.ts';

const DIM = { dim: true };
const BOLD = { bold: true };
const WIDE = 70;
const PHASES = ['running', 'starting', 'paused', 'killed', 'left'] as const;

export function networkScreen(frame: NetworkFrame, state: ScreenState, size: ScreenSize): Screen {
  const { columns: width } = size;
  const { nodes, isPartitioned, dashboardUrl } = frame.state;
  const split = isPartitioned ? [segment(' SPLIT IN TWO ', { inverse: true, bold: true, color: 'red' })] : [];
  const browser = dashboardUrl === undefined ? [] : [segment(` ${dashboardUrl} `, DIM)];
  const title = titleLine([segment(countPhases(nodes), BOLD)], state, [...split, ...browser], width);
  if (state.isHelpShown) return helpScreen(title, HELP, state, size);

  const homeHost = nodes[0] === undefined ? '' : hostOf(nodes[0].address);
  const facts = [headlineLine(frame.state, width), coverageLine(frame, width), updateFact(frame, homeHost, width)];
  const planned = planRows(size.rows, facts.length, nodes.length);
  const plan =
    state.below === 'nothing' && planned.messages > 0
      ? { ...planned, table: planned.table + planned.messages + 1, messages: 0 }
      : planned;
  const live = liveCount(nodes);
  const selected = Math.min(state.selected, nodes.length - 1);
  const context = { homeHost, live, barWidth: width >= 110 ? 10 : width >= WIDE ? 4 : 2, selected: nodes[selected] };
  const table = new TableLines(networkColumns(context), nodes, width);
  const window = scrollWindow(windowAround(selected, state.offset, plan.table, nodes.length), plan.table, nodes.length);
  const rows = nodes.slice(window.start, window.end).map((node) => table.line(node, networkNodeStyle(node, live)));
  const lines = [
    title,
    ...facts.slice(0, plan.facts),
    ...(plan.isSpaced ? [[]] : []),
    table.header(),
    ...fillSection(rows, 'no nodes yet', plan.table, width),
    ...belowLines(frame, state.below, nodes[selected], homeHost, plan.messages, width),
    footerLine(hints(state, nodes[selected], isPartitioned), describeWindow(window, nodes.length), width),
  ];
  const scrolled = { height: plan.table, total: nodes.length, isSelectable: true };
  return { lines: fitRows(lines, size), scrolled };
}

function belowLines(
  frame: NetworkFrame,
  below: ScreenState['below'],
  selected: NetworkNode | undefined,
  homeHost: string,
  height: number,
  width: number,
): Line[] {
  if (below === 'updates') return updateLines(frame, homeHost, height, width);
  if (below === 'selected') return selectedLines(frame, selected, homeHost, height, width);
  return eventLines(frame, homeHost, height, width);
}

/** Nodes that are expected to know and to be known. */
function liveCount(nodes: readonly NetworkNode[]): number {
  return nodes.filter(isExpected).length;
}

function countPhases(nodes: readonly NetworkNode[]): string {
  const counted = PHASES.map((phase) => ({ phase, count: nodes.filter((node) => node.phase === phase).length }))
    .filter(({ count }) => count > 0)
    .map(({ phase, count }) => `${count} ${phase}`);
  const total = `${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`;
  return counted.length === 0 ? total : `${total}: ${counted.join(', ')}`;
}

/** How far the news has come: the one thing to look at. */
function headlineLine(state: NetworkState, width: number): Line {
  const color = isComplete(state) ? 'green' : 'yellow';
  return truncateLine([segment(` ${headlineText(state)}`, { bold: true, color })], width);
}

export function headlineText(state: NetworkState): string {
  const { nodes, complete, listeningMs, allKnowAllMs } = state;
  const live = liveCount(nodes);
  if (live === 0) {
    if (nodes.length === 0) return 'no nodes yet';
    return nodes.some(({ phase }) => phase === 'paused') ? 'all nodes stand still' : 'no node runs any more';
  }
  if (listeningMs === undefined && allKnowAllMs === undefined) {
    const listening = nodes.filter(({ phase }) => phase !== 'starting').length;
    return `${listening} of ${nodes.length} nodes listen, ${complete} know all favourites`;
  }
  const took = [
    ...(listeningMs === undefined ? [] : [`all up in ${spanText(listeningMs)}`]),
    ...(allKnowAllMs === undefined ? [] : [`all known in ${spanText(allKnowAllMs)}`]),
  ].join(', ');
  const subject = isComplete(state)
    ? `all ${live} nodes know all favourites`
    : `${complete} of ${live} nodes know all favourites`;
  return took === '' ? subject : `${subject} (${took})`;
}

function isComplete({ nodes, complete }: NetworkState): boolean {
  const live = liveCount(nodes);
  return live > 0 && complete >= live;
}

/** Favourites known, over all live nodes: moves long before the first node is complete. At the right the traffic. */
function coverageLine({ state, rumorsPerSecond, controlPerSecond }: NetworkFrame, width: number): Line {
  const live = state.nodes.filter(isExpected);
  const known = live.reduce((sum, { knows }) => sum + Math.min(knows, live.length), 0);
  const share = live.length === 0 ? 0 : known / live.length ** 2;
  const barWidth = Math.max(0, Math.min(20, width - 20));
  const left = [
    segment(' known  ', DIM),
    segment(bar(share, barWidth)),
    segment(` ${Math.floor(share * 100)} %`, BOLD),
  ];
  const rates = `messages: rumors ${briefRate(rumorsPerSecond)}, control ${briefRate(controlPerSecond)} `;
  return spread(left, rumorsPerSecond + controlPerSecond > 0 ? [segment(rates, DIM)] : [], width);
}

/** The newest update; one that was published while nobody could hear it would hide all others. */
function updateFact({ state }: NetworkFrame, homeHost: string, width: number): Line {
  const [newest] = state.updates;
  if (newest === undefined) return [segment(' newest', DIM), segment('  nothing told yet', DIM)];
  return truncateLine(
    [segment(' newest ', DIM), ...updateSegments(newest, state, homeHost, Math.max(0, Math.min(20, width - 20)))],
    width,
  );
}

function updateSegments(update: UpdateState, { nodes }: NetworkState, homeHost: string, barWidth: number): Line {
  const { number, origin, version, payload, publishedAt, lastAt, holders } = update;
  const live = liveCount(nodes);
  const isEverywhere = holders >= live;
  const tookMs = Math.round(lastAt - publishedAt);
  const reached = `${String(Math.min(holders, live)).padStart(String(live).length)}/${live}`;
  return [
    segment(bar(live === 0 ? 0 : holders / live, barWidth), isEverywhere ? {} : { color: 'yellow' }),
    segment(` ${reached}`, BOLD),
    segment(` ${isEverywhere ? 'in' : 'so far'} ${spanText(tookMs)}`.padEnd(15), DIM),
    segment(padEnd(`#${number} `, 5), BOLD),
    segment(padEnd(`${shortAddress(origin, homeHost)}/${version} `, 8), BOLD),
    segment(favoriteText(payload)),
  ];
}

function updateLines({ state }: NetworkFrame, homeHost: string, height: number, width: number): Line[] {
  if (height === 0) return [];
  const lines = state.updates
    .slice(0, height)
    .map((update) =>
      truncateLine([segment(' '), ...updateSegments(update, state, homeHost, width >= WIDE ? 10 : 4)], width),
    );
  return [headingLine('last updates', width), ...fillSection(lines, 'nothing told yet', height, width)];
}

function eventLines({ told, now }: NetworkFrame, homeHost: string, height: number, width: number): Line[] {
  if (height === 0) return [];
  const lines = toldLines(told, height, { now, width, homeHost, namesNode: true });
  return [headingLine('last events', width), ...fillSection(lines, 'nothing has happened yet', height, width)];
}

/** What happened at the selected node, and what others found out about it. */
function selectedLines(
  { told, now }: NetworkFrame,
  node: NetworkNode | undefined,
  homeHost: string,
  height: number,
  width: number,
): Line[] {
  if (height === 0 || node === undefined) return [];
  const { address } = node;
  const concerning = told.filter(
    (entry) =>
      entry.type === 'pause' ||
      entry.node === address ||
      ('origin' in entry && entry.origin === address) ||
      ('peer' in entry && entry.peer === address),
  );
  const lines = toldLines(concerning, height, { now, width, homeHost, namesNode: true });
  const name = shortAddress(address, homeHost);
  return [
    headingLine(`last events of ${name}`, width),
    ...fillSection(lines, `nothing has happened to ${name} yet; ↑ ↓ select another node`, height, width),
  ];
}

function hints({ isPaused }: ScreenState, selected: NetworkNode | undefined, isPartitioned: boolean): KeyHint[] {
  if (isPaused)
    return [
      ['p', 'go on'],
      ['q', 'quit'],
      ['?', 'help'],
    ];
  const isUp = selected !== undefined && selected.phase !== 'killed' && selected.phase !== 'left';
  return [
    ['q', 'quit'],
    ['?', 'help'],
    ...(isUp ? ([['x', 'kill']] as const) : []),
    ...(isUp ? ([['z', selected.phase === 'paused' ? 'wake' : 'freeze']] as const) : []),
    ['r', 'restart'],
    ['n', 'news'],
    ['/', isPartitioned ? 'heal' : 'split'],
    ['v', 'view'],
  ];
}

const HELP: readonly Line[] = [
  [],
  helpHeading('Break it: the selected node, or with Shift a random one'),
  ...(
    [
      ['x  X', 'kill its process: no goodbye'],
      ['z  Z', 'freeze it, or wake it if it stands still'],
      ['r  R', 'restart it: a new process that has forgotten everything'],
      ['n  N', 'have it tell something new'],
      ['/', 'split the network into two halves; again: heal it'],
    ] as const satisfies readonly KeyHint[]
  ).map(helpLine),
  [],
  helpHeading('Keys'),
  ...(
    [
      ['q  Ctrl-C', 'quit: the whole network stops'],
      ['p  space', 'the screen stands still, the network goes on'],
      ['v', 'below the table: all events, updates, the events of the'],
      ['', 'selected node, or more of a long table'],
      ['↑ ↓  j k', 'select; PgUp PgDn by pages, Home End to the ends'],
      ['?', 'close this help'],
    ] as const satisfies readonly KeyHint[]
  ).map(helpLine),
  [],
  helpHeading('The table'),
  ...(
    [
      [SELECTED_MARK, 'the selected node'],
      ['STATUS', 'its process; ×3 ?2: three call it down, two suspect it'],
      ['VER', 'the version of its favourite; it counts it up'],
      ['KNOWS', 'how many of the current favourites it knows'],
      ['PEERS', 'how many nodes it talks to directly'],
      ['CPU MiB', 'of one processor; memory, with what processes share'],
    ] as const satisfies readonly KeyHint[]
  ).map(helpLine),
  [],
  helpHeading('Above it'),
  ...(
    [
      ['known', 'favourites known, over all nodes together'],
      ['newest', 'the last that was told: how many have it, and since when'],
      ['rumors control', 'messages sent by all nodes together'],
    ] as const satisfies readonly KeyHint[]
  ).map(helpLine),
];
