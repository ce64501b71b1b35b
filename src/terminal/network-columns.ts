/** The columns of a network's table, and how its rows look. */
import { briefPercent } from '../text/numbers.ts';
import type { NetworkNode } from '../trace/views.ts';
import { bar } from './bar.ts';
import { favoriteText } from '../trace/favorite-text.ts';
import { shortAddress } from './short-address.ts';
import type { Style } from './styled-line.ts';
import type { Column } from './table-lines.ts';

export interface NetworkContext {
  readonly homeHost: string;
  /** Nodes that are expected to know and to be known. */
  readonly live: number;
  readonly barWidth: number;
  readonly selected: NetworkNode | undefined;
}

export const SELECTED_MARK = '▸';

export function networkColumns({ homeHost, live, barWidth, selected }: NetworkContext): Column<NetworkNode>[] {
  const isUp = ({ phase }: NetworkNode): boolean => phase === 'running' || phase === 'paused';
  return [
    {
      title: '  NODE',
      text: (node) => `${node === selected ? SELECTED_MARK : ' '} ${shortAddress(node.address, homeHost)}`,
      style: (node) => (node === selected ? { bold: true, color: 'cyan' } : undefined),
      maxWidth: 26,
    },
    { title: 'STATUS', text: statusText, minWidth: 11 },
    { title: 'FAVOURITE', text: ({ favorite }) => favoriteText(favorite), minWidth: 12, growsTo: 64 },
    {
      title: 'VER',
      text: ({ version }) => (version > 0 ? String(version) : ''),
      alignRight: true,
      minWidth: 3,
      maxWidth: 8,
      keep: 4,
    },
    {
      title: 'KNOWS',
      text: (node) => {
        if (!isUp(node) || live === 0) return '';
        const known = Math.min(node.knows, live);
        return `${bar(known / live, barWidth)} ${String(known).padStart(String(live).length)}/${live}`;
      },
      maxWidth: 24,
      keep: 5,
    },
    { title: 'PEERS', text: (node) => (isUp(node) ? String(node.peers) : ''), alignRight: true, keep: 3 },
    {
      title: 'CPU',
      text: ({ cpuPercent }) => (cpuPercent === undefined ? '' : briefPercent(cpuPercent)),
      alignRight: true,
      minWidth: 4,
      keep: 2,
    },
    {
      title: 'MiB',
      text: ({ rssMiB }) => (rssMiB === undefined ? '' : String(Math.round(rssMiB))),
      alignRight: true,
      minWidth: 3,
      keep: 1,
    },
  ];
}

/** Its process, and how many others accuse it, which they should if it does not run, and else should not. */
function statusText({ phase, suspectedBy, calledDownBy }: NetworkNode): string {
  const accusers = [calledDownBy > 0 ? `×${calledDownBy}` : '', suspectedBy > 0 ? `?${suspectedBy}` : ''];
  return [phase, ...accusers].filter((part) => part !== '').join(' ');
}

export function networkNodeStyle({ phase, knows, calledDownBy, suspectedBy }: NetworkNode, live: number): Style {
  switch (phase) {
    case 'killed':
    case 'left':
      return { color: 'gray' };
    case 'starting':
      return { dim: true };
    case 'paused':
      return { color: 'blue' };
    case 'running':
      if (calledDownBy + suspectedBy > 0) return { color: 'red' };
      return knows >= live ? {} : { color: 'yellow' };
  }
}
