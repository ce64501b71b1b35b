/** All nodes: sorted by any column, filtered by words. Only the rows in sight are in the page. */
import { useRef, useState, type ReactNode } from 'react';
import { countText } from '../../../text/numbers.ts';
import { ageText } from '../../../text/spans.ts';
import { counted } from '../../../text/words.ts';
import { reachableCount, type NetworkState, type NodeState } from '../../model/network-state.ts';
import { favoriteLine, compareAddresses, healthOf, shortNames } from '../../model/words.ts';
import { HealthMark } from './health-mark.tsx';
import { SearchedList } from './searched-list.tsx';
import type { Session } from '../session.ts';
import { useSession } from '../use-session.ts';

const ROW_PX = 30;
/** Rows drawn beyond the sight, so that scrolling shows no gap. */
const MARGIN_ROWS = 8;

interface Row {
  readonly node: NodeState;
  readonly name: string;
  readonly favorite: string;
  readonly health: ReturnType<typeof healthOf>;
  readonly age: number;
  readonly received: number;
  readonly sent: number;
}

interface Column {
  readonly id: string;
  readonly title: string;
  readonly isNumber?: boolean;
  readonly isMinor?: boolean;
  readonly compare: (a: Row, b: Row) => number;
  readonly cell: (row: Row) => ReactNode;
}

const COLUMNS: readonly Column[] = [
  {
    id: 'node',
    title: 'Node',
    compare: (a, b) => compareAddresses(a.node.address, b.node.address),
    cell: ({ name }) => name,
  },
  {
    ...{ id: 'favorite', title: 'Favourite' },
    compare: (a, b) => a.favorite.localeCompare(b.favorite),
    cell: ({ favorite }) => <span title={favorite}>{favorite || '–'}</span>,
  },
  {
    ...{ id: 'version', title: 'Ver.', isNumber: true },
    compare: (a, b) => a.node.version - b.node.version,
    cell: ({ node }) => (node.version === 0 ? '–' : countText(node.version)),
  },
  {
    ...{ id: 'age', title: 'Age', isNumber: true, isMinor: true },
    compare: (a, b) => a.age - b.age,
    cell: ({ age }) => (Number.isFinite(age) ? ageText(age) : '–'),
  },
  {
    ...{ id: 'status', title: 'Status' },
    compare: (a, b) => a.health.localeCompare(b.health),
    cell: ({ health }) => <HealthMark health={health} />,
  },
  {
    ...{ id: 'peers', title: 'Peers', isNumber: true },
    compare: (a, b) => a.node.peers.size - b.node.peers.size,
    cell: ({ node }) => node.peers.size,
  },
  {
    ...{ id: 'received', title: 'In', isNumber: true, isMinor: true },
    compare: (a, b) => a.received - b.received,
    cell: ({ received }) => countText(received),
  },
  {
    ...{ id: 'sent', title: 'Out', isNumber: true, isMinor: true },
    compare: (a, b) => a.sent - b.sent,
    cell: ({ sent }) => countText(sent),
  },
];

export function NodeTable(): ReactNode {
  const session = useSession();
  const [filter, setFilter] = useState('');
  const [sort, setSort] = useState<{ readonly id: string; readonly isDown: boolean }>({ id: 'node', isDown: false });
  const { state, nowMs } = session;
  const rows = rowsOf(state, nowMs, filter);
  const column = COLUMNS.find(({ id }) => id === sort.id) ?? COLUMNS[0]!;
  rows.sort((a, b) => (sort.isDown ? column.compare(b, a) : column.compare(a, b)) || a.node.number - b.node.number);
  return (
    <SearchedList
      className="node-table"
      search={filter}
      onSearch={setFilter}
      placeholder="Find by node, favourite or status"
      count={
        rows.length === state.nodes.length
          ? counted(rows.length, 'node')
          : `${rows.length} of ${counted(state.nodes.length, 'node')}`
      }
      emptyBecause={
        state.nodes.length === 0 ? 'No node has been seen yet.' : rows.length === 0 ? 'No node matches.' : undefined
      }
    >
      <Rows session={session} rows={rows} sort={sort} onSort={setSort} />
    </SearchedList>
  );
}

function Rows(props: {
  readonly session: Session;
  readonly rows: readonly Row[];
  readonly sort: { readonly id: string; readonly isDown: boolean };
  readonly onSort: (sort: { readonly id: string; readonly isDown: boolean }) => void;
}): ReactNode {
  const { session, rows, sort, onSort } = props;
  const [top, setTop] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const inSight = Math.ceil((box.current?.parentElement?.clientHeight ?? 600) / ROW_PX);
  const first = Math.max(0, Math.min(Math.floor(top / ROW_PX) - MARGIN_ROWS, rows.length - inSight));
  const last = Math.min(rows.length, first + inSight + 2 * MARGIN_ROWS);
  // Without a mouse, this is the way to select nodes.
  const canSelect = session.model.opened?.actions.includes('kill') === true;
  return (
    <div className="rows" ref={box} onScroll={(event) => setTop(event.currentTarget.scrollTop)} tabIndex={-1}>
      <table aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {canSelect && <SelectAll session={session} rows={rows} />}
            {COLUMNS.map(({ id, title, isNumber, isMinor }) => (
              <th
                key={id}
                scope="col"
                className={classOf(id, isNumber, isMinor)}
                aria-sort={sort.id !== id ? 'none' : sort.isDown ? 'descending' : 'ascending'}
              >
                <button type="button" onClick={() => onSort({ id, isDown: sort.id === id && !sort.isDown })}>
                  {title}
                  <span aria-hidden="true">{sort.id !== id ? '' : sort.isDown ? ' ↓' : ' ↑'}</span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Space rows={first} />
          {rows.slice(first, last).map((row, index) => (
            <TableRow key={row.node.address} {...{ session, row, canSelect }} index={first + index + 2} />
          ))}
          <Space rows={rows.length - last} />
        </tbody>
      </table>
    </div>
  );
}

function SelectAll({ session, rows }: { readonly session: Session; readonly rows: readonly Row[] }): ReactNode {
  const { selection } = session;
  const isAll = rows.length > 0 && rows.every(({ node }) => selection.has(node.address));
  return (
    <th scope="col" className="select">
      <input
        type="checkbox"
        aria-label={isAll ? 'Select none' : `Select all ${rows.length}`}
        checked={isAll}
        ref={(box) => {
          if (box !== null) box.indeterminate = !isAll && selection.size > 0;
        }}
        onChange={() => session.select(isAll ? [] : rows.map(({ node }) => node.address))}
      />
    </th>
  );
}

function TableRow(props: {
  readonly session: Session;
  readonly row: Row;
  readonly index: number;
  readonly canSelect: boolean;
}): ReactNode {
  const { session, row, index, canSelect } = props;
  const { address } = row.node;
  return (
    <tr
      aria-rowindex={index}
      className={address === session.node ? 'is-chosen' : undefined}
      onClick={() => session.choose(address)}
    >
      {canSelect && (
        <td className="select" onClick={(event) => event.stopPropagation()}>
          <input
            type="checkbox"
            aria-label={`Select ${row.name}`}
            checked={session.selection.has(address)}
            onChange={() => session.toggleSelected(address)}
          />
        </td>
      )}
      {COLUMNS.map(({ id, cell, isNumber, isMinor }) => (
        <td key={id} className={classOf(id, isNumber, isMinor)}>
          {id === 'node' ? (
            <button type="button" className="link" aria-pressed={address === session.node}>
              {cell(row)}
            </button>
          ) : (
            cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}

function Space({ rows }: { readonly rows: number }): ReactNode {
  return rows <= 0 ? null : <tr aria-hidden="true" style={{ blockSize: rows * ROW_PX }} />;
}

function classOf(id: string, isNumber = false, isMinor = false): string {
  return `${id}${isNumber ? ' is-number' : ''}${isMinor ? ' is-minor' : ''}`;
}

function rowsOf(state: NetworkState, nowMs: number, filter: string): Row[] {
  const name = shortNames(state);
  const speakers = reachableCount(state.nodes);
  const wanted = filter.trim().toLowerCase();
  const rows = state.nodes.map((node) => ({
    node,
    name: name(node.address),
    favorite: favoriteLine(node.favorite),
    health: healthOf(node, speakers),
    age: node.toldAt === undefined ? Infinity : Math.max(0, nowMs - node.toldAt),
    received: node.payloadIn + node.controlIn,
    sent: node.payloadOut + node.controlOut,
  }));
  if (wanted === '') return rows;
  return rows.filter((row) => `${row.node.address} ${row.favorite} ${row.health}`.toLowerCase().includes(wanted));
}
