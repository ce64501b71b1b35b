/** The whole screen of a network of processes, as lines. */
import type { NetworkNode, NetworkState } from '../trace/views.ts';
import { formatRate } from './format-count.ts';
import { formatAge } from './format-age.ts';
import type { NetworkFrame } from './network-frames.ts';
import { planRows } from './row-plan.ts';
import { sanitize } from './sanitize.ts';
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
import { segment, spread, truncateLine, type Line, type Style } from './styled-line.ts';
import { TableLines, type Column } from './table-lines.ts';
import { toldLine } from './told-lines.ts';

const DIM = { dim: true };
const BOLD = { bold: true };

export function networkScreen(frame: NetworkFrame, state: ScreenState, size: ScreenSize): Screen {
  const { columns: width } = size;
  const { nodes } = frame.state;
  const title = titleLine([segment(countPhases(nodes), BOLD)], state, [], width);
  if (state.isHelpShown) return helpScreen(title, HELP, state, size);

  const facts = [headlineLine(frame.state, width), coverageLine(frame, width)];
  const plan = planRows(size.rows, facts.length, nodes.length);
  const homeHost = nodes[0] === undefined ? '' : hostOf(nodes[0].address);
  const live = liveCount(nodes);
  const table = new TableLines(nodeColumns(homeHost, live, width >= 70 ? 10 : 4), nodes, width);
  const window = scrollWindow(state.offset, plan.table, nodes.length);
  const rows = nodes.slice(window.start, window.end).map((node) => table.line(node, nodeStyle(node, live)));
  const lines = [
    title,
    ...facts.slice(0, plan.facts),
    ...(plan.isSpaced ? [[]] : []),
    table.header(),
    ...fillSection(rows, 'no nodes yet', plan.table, width),
    ...messageLines(frame, homeHost, plan.messages, width),
    footerLine(hints(state), describeWindow(window, nodes.length), width),
  ];
  return { lines: fitRows(lines, size), scrolled: { height: plan.table, total: nodes.length } };
}

/** Nodes that are expected to know and to be known. */
function liveCount(nodes: readonly NetworkNode[]): number {
  return nodes.filter(({ phase }) => phase !== 'exited').length;
}

function countPhases(nodes: readonly NetworkNode[]): string {
  const phases = (['running', 'starting', 'exited'] as const)
    .map((phase) => ({ phase, count: nodes.filter((node) => node.phase === phase).length }))
    .filter(({ count }) => count > 0);
  const total = `${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`;
  return phases.length === 0 ? total : `${total}: ${phases.map(({ phase, count }) => `${count} ${phase}`).join(', ')}`;
}

/** How far the news has come: the one thing to look at. */
function headlineLine(state: NetworkState, width: number): Line {
  const color = isComplete(state) ? 'green' : 'yellow';
  return truncateLine([segment(` ${headlineText(state)}`, { bold: true, color })], width);
}

export function headlineText(state: NetworkState): string {
  const { nodes, complete, allKnowAllMs } = state;
  const live = liveCount(nodes);
  if (live === 0) return nodes.length === 0 ? 'no nodes yet' : 'all nodes have exited';
  const took = allKnowAllMs === undefined ? '' : ` (first after ${seconds(allKnowAllMs)})`;
  if (isComplete(state)) return `all ${live} nodes know all favourites${took}`;
  return `${complete} of ${live} nodes know all ${live} favourites${took}`;
}

function isComplete({ nodes, complete }: NetworkState): boolean {
  const live = liveCount(nodes);
  return live > 0 && complete >= live;
}

function seconds(ms: number): string {
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : formatAge(ms);
}

/** Favourites known, over all live nodes: moves long before the first node is complete. At the right the traffic. */
function coverageLine({ state, rumorsPerSecond, controlPerSecond }: NetworkFrame, width: number): Line {
  const live = state.nodes.filter(({ phase }) => phase !== 'exited');
  const known = live.reduce((sum, { knows }) => sum + Math.min(knows, live.length), 0);
  const share = live.length === 0 ? 0 : known / live.length ** 2;
  const barWidth = Math.max(0, Math.min(20, width - 20));
  const left = [segment(' known ', DIM), segment(bar(share, barWidth)), segment(` ${Math.floor(share * 100)} %`, BOLD)];
  const rates = `rumors ${formatRate(rumorsPerSecond)}  control ${formatRate(controlPerSecond)} `;
  return spread(left, rumorsPerSecond + controlPerSecond > 0 ? [segment(rates, DIM)] : [], width);
}

/** Full only when all is known, empty only when nothing is. */
export function bar(share: number, width: number): string {
  const bounded = Math.max(0, Math.min(1, share));
  const nearest = Math.round(bounded * width);
  const filled = bounded === 1 ? width : bounded === 0 ? 0 : Math.max(1, Math.min(width - 1, nearest));
  return '█'.repeat(Math.max(0, filled)) + '░'.repeat(Math.max(0, width - Math.max(0, filled)));
}

function nodeColumns(homeHost: string, live: number, barWidth: number): Column<NetworkNode>[] {
  const knows = ({ phase, knows: known }: NetworkNode): string => {
    if (phase !== 'running') return '';
    const bounded = Math.min(known, live);
    return `${bar(bounded / live, barWidth)} ${String(bounded).padStart(String(live).length)}/${live}`;
  };
  return [
    { title: '  NODE', text: (node) => `${phaseMark(node)} ${shortAddress(node.address, homeHost)}`, maxWidth: 26 },
    { title: 'PHASE', text: ({ phase }) => phase, minWidth: 8, keep: 2 },
    {
      title: 'FAVOURITE',
      text: ({ favorite }) => (favorite === undefined ? '' : sanitize(favorite)),
      minWidth: 12,
      growsTo: 64,
    },
    {
      title: 'VER',
      text: ({ version }) => (version > 0 ? String(version) : ''),
      alignRight: true,
      minWidth: 4,
      maxWidth: 8,
      keep: 3,
    },
    { title: 'KNOWS', text: knows, maxWidth: 24, keep: 4 },
    {
      title: 'PEERS',
      text: ({ phase, peers }) => (phase === 'running' ? String(peers) : ''),
      alignRight: true,
      keep: 1,
    },
  ];
}

function phaseMark({ phase }: NetworkNode): string {
  return { starting: '…', running: ' ', exited: '×' }[phase];
}

function nodeStyle({ phase, knows }: NetworkNode, live: number): Style {
  if (phase === 'exited') return { color: 'gray' };
  if (phase === 'starting') return { dim: true };
  return knows >= live ? {} : { color: 'yellow' };
}

function messageLines({ told, now }: NetworkFrame, homeHost: string, height: number, width: number): Line[] {
  if (height === 0) return [];
  const context = { now, width, homeHost, namesNode: true };
  const lines = told.slice(0, height).map((entry) => toldLine(entry, context));
  return [headingLine('last events', width), ...fillSection(lines, 'nothing has happened yet', height, width)];
}

function hints({ isPaused }: ScreenState): KeyHint[] {
  return [
    ['q', 'quit'],
    ['p', isPaused ? 'go on' : 'pause'],
    ['↑↓', 'scroll'],
    ['?', 'help'],
  ];
}

const HELP: readonly Line[] = [
  [],
  helpHeading('Keys'),
  ...(
    [
      ['q  Ctrl-C', 'quit: the whole network stops'],
      ['p  space', 'pause: the screen stands still, the network goes on'],
      ['↑ ↓  j k', 'scroll; PgUp PgDn by pages, Home End to the ends'],
      ['?', 'close this help'],
    ] as const satisfies readonly KeyHint[]
  ).map(helpLine),
  [],
  helpHeading('The table'),
  ...(
    [
      ['… ×', 'a node that is starting, one that has exited'],
      ['VER', 'the version of its favourite; it counts it up'],
      ['KNOWS', 'how many of the current favourites it knows'],
      ['PEERS', 'how many nodes it talks to directly'],
    ] as const satisfies readonly KeyHint[]
  ).map(helpLine),
  [],
  helpHeading('The headline'),
  ...(
    [
      ['first after', 'from the first start until all knew all'],
      ['known', 'favourites known, over all nodes together'],
      ['rumors control', 'messages sent by all nodes together'],
    ] as const satisfies readonly KeyHint[]
  ).map(helpLine),
];
