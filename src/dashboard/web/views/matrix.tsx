/** Who knows whom: a row for each who knows, a column for each who is known. A gap is a hole, and can be asked why. */
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { countText } from '../../../text/numbers.ts';
import { canBeReached, type NodeState } from '../../model/network-state.ts';
import { favoriteLine, compareAddresses, shortNames } from '../../model/words.ts';
import {
  drawMatrix,
  GAP,
  KNOWN,
  MATRIX_FONT,
  MATRIX_TOKENS,
  MIN_CELL_PX,
  OLDER,
  type MatrixPlan,
} from './draw-matrix.ts';
import { whyNotCurrent } from './node-details.tsx';
import { usePageKeys } from '../keys.ts';
import type { Session } from '../session.ts';
import { colorsOf, onColorsChange } from '../theme.ts';
import { useSession } from '../use-session.ts';

const MANY_NODES = 200;

interface Cell {
  readonly row: number;
  readonly column: number;
}

export function Matrix(): ReactNode {
  const session = useSession();
  const [cell, setCell] = useState<Cell>();
  const [hovered, setHovered] = useState<Cell>();
  const plan = usePlan(session);
  const canvas = useMatrixDrawing(plan, cell);
  usePageKeys({ g: () => setCell(nextGap(plan, cell)) });
  const size = plan.nodes.length;
  const room = Math.min(canvas.current?.clientWidth ?? Infinity, canvas.current?.clientHeight ?? Infinity);
  const isSmall = size * MIN_CELL_PX > room - plan.marginPx;
  if (size === 0) return <p className="words">No node has been seen yet.</p>;
  const cellAt = (event: PointerEvent): Cell => {
    const box = event.currentTarget.getBoundingClientRect();
    const { marginPx } = plan;
    const indexOf = (px: number, allPx: number): number =>
      Math.min(size - 1, Math.max(0, Math.floor(((px - marginPx) / (allPx - marginPx)) * size)));
    return {
      row: indexOf(event.clientY - box.top, box.height),
      column: indexOf(event.clientX - box.left, box.width),
    };
  };
  return (
    <div className="matrix">
      <div className="panel-head">
        <p>
          <b>{countText(plan.gaps.length)}</b> {plan.gaps.length === 1 ? 'gap' : 'gaps'} in {countText(plan.pairs)}{' '}
          pairs
          {plan.older > 0 && <span className="faint"> · of these {countText(plan.older)} know an older one</span>}
        </p>
        <button type="button" disabled={plan.gaps.length === 0} onClick={() => setCell(nextGap(plan, cell))}>
          Next gap
        </button>
      </div>
      <CellWords session={session} plan={plan} cell={cell} hovered={hovered} />
      <p className="faint axes">Each row knows, or lacks, the newest of each column.</p>
      <ul className={isSmall ? 'legend is-small' : 'legend'}>
        <li>
          <i className="cell is-known" /> knows its newest
        </li>
        <li>
          <i className="cell is-older" /> an older one
        </li>
        <li>
          <i className="cell is-gap" /> nothing
        </li>
        <li>
          <i className="cell is-off" /> cannot be reached
        </li>
      </ul>
      <div
        className="matrix-box"
        role="application"
        tabIndex={0}
        aria-label={`Who knows whom: ${size} by ${size}. Arrow keys move, Enter or G goes to the next gap.`}
        onKeyDown={(event) => onKey(event, plan, cell, setCell)}
        onPointerMove={(event) => setHovered(cellAt(event))}
        onPointerLeave={() => setHovered(undefined)}
        onClick={(event) => setCell(cellAt(event as unknown as PointerEvent))}
      >
        <canvas ref={canvas} aria-hidden="true" />
      </div>
    </div>
  );
}

/** Of many nodes it is made anew only once a second while time goes on: it looks at each pair. */
function usePlan(session: Session): MatrixPlan {
  const isStill = session.playhead.mode === 'paused' || session.state.nodes.length <= MANY_NODES;
  const moment = isStill ? session.getVersion() : Math.floor(session.nowMs / (1_000 * Math.min(1, session.speed)));
  return useMemo(() => planOf(session), [session, moment, session.state.nodes.length]);
}

function planOf(session: Session): MatrixPlan {
  const { state } = session;
  const nodes = [...state.nodes].sort((a, b) => compareAddresses(a.address, b.address));
  const values = new Uint8Array(nodes.length ** 2);
  const gaps: number[] = [];
  let older = 0;
  let pairs = 0;
  nodes.forEach((knower, row) => {
    nodes.forEach((known, column) => {
      const index = row * nodes.length + column;
      if (!canBeReached(knower) || !canBeReached(known) || known.version === 0) return;
      pairs++;
      const held = state.held(knower.number, known.number);
      values[index] = held >= known.version ? KNOWN : held > 0 ? OLDER : GAP;
      if (held >= known.version) return;
      gaps.push(index);
      if (held > 0) older++;
    });
  });
  const name = shortNames(state);
  const names = nodes.map(({ address }) => name(address));
  return { nodes, names, marginPx: marginFor(names), values, gaps, older, pairs };
}

const MAX_MARGIN_PX = 70;
let measuring: CanvasRenderingContext2D | null | undefined;

function marginFor(names: readonly string[]): number {
  measuring ??= document.createElement('canvas').getContext('2d');
  if (measuring === null || measuring === undefined) return MAX_MARGIN_PX;
  measuring.font = `700 ${MATRIX_FONT}`;
  // The longest in letters is about the widest.
  const longest = names.reduce((found, name) => (name.length > found.length ? name : found), '');
  return Math.min(MAX_MARGIN_PX, Math.ceil(measuring.measureText(longest).width) + 8);
}

function useMatrixDrawing(plan: MatrixPlan, cell: Cell | undefined): React.RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [colors, setColors] = useState(() => colorsOf(MATRIX_TOKENS));
  useEffect(() => onColorsChange(() => setColors(colorsOf(MATRIX_TOKENS))), []);
  const [, setSize] = useState(0);
  useEffect(() => {
    if (canvas.current === null) return;
    const resized = new ResizeObserver(() => setSize((count) => count + 1));
    resized.observe(canvas.current);
    return () => resized.disconnect();
  }, []);
  useEffect(() => {
    if (canvas.current !== null) drawMatrix(canvas.current, plan, cell, colors);
  });
  return canvas;
}

function nextGap(plan: MatrixPlan, cell: Cell | undefined): Cell | undefined {
  const size = plan.nodes.length;
  const from = cell === undefined ? -1 : cell.row * size + cell.column;
  const index = plan.gaps.find((gap) => gap > from) ?? plan.gaps[0];
  return index === undefined ? cell : { row: Math.floor(index / size), column: index % size };
}

function onKey(
  event: KeyboardEvent,
  plan: MatrixPlan,
  cell: Cell = { row: 0, column: 0 },
  setCell: (cell: Cell | undefined) => void,
): void {
  const size = plan.nodes.length;
  const moves: { readonly [key: string]: readonly [number, number] } = {
    ...{ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] },
  };
  const move = moves[event.key];
  if (event.key === 'Enter') setCell(nextGap(plan, cell));
  else if (event.key === 'Escape') setCell(undefined);
  else if (move !== undefined) {
    setCell({ row: (cell.row + move[0] + size) % size, column: (cell.column + move[1] + size) % size });
  } else return;
  event.preventDefault();
}

function CellWords(props: {
  readonly session: Session;
  readonly plan: MatrixPlan;
  readonly cell: Cell | undefined;
  readonly hovered: Cell | undefined;
}): ReactNode {
  const { session, plan, cell, hovered } = props;
  const nodesAt = (at: Cell | undefined): readonly [NodeState, NodeState] | undefined => {
    const [knower, known] = [plan.nodes[at?.row ?? -1], plan.nodes[at?.column ?? -1]];
    return knower === undefined || known === undefined ? undefined : [knower, known];
  };
  const chosen = nodesAt(cell);
  const pointed = nodesAt(hovered);
  return (
    <div className="cell-words">
      <div aria-live="polite">
        {chosen === undefined ? (
          <p className="faint">Choose a cell to read what is behind it.</p>
        ) : (
          <CellAnswer session={session} knower={chosen[0]} known={chosen[1]} />
        )}
      </div>
      <p className="faint pointed">{pointed === undefined ? '' : pairWords(session, pointed[0], pointed[1])}</p>
    </div>
  );
}

function CellAnswer(props: {
  readonly session: Session;
  readonly knower: NodeState;
  readonly known: NodeState;
}): ReactNode {
  const { session, knower, known } = props;
  const name = shortNames(session.state);
  const isGap =
    canBeReached(knower) && canBeReached(known) && session.state.held(knower.number, known.number) < known.version;
  return (
    <>
      <p>
        <b>{pairWords(session, knower, known)}</b>
      </p>
      {isGap && <p>{whyNotCurrent(session, knower, known)}</p>}
      <p className="buttons">
        <button type="button" onClick={() => session.choose(knower.address)}>
          Show {name(knower.address)}
        </button>
        {known !== knower && (
          <button type="button" onClick={() => session.choose(known.address)}>
            Show {name(known.address)}
          </button>
        )}
      </p>
    </>
  );
}

function whyOff({ phase }: NodeState): string {
  if (phase === 'paused') return 'stands still';
  if (phase === 'unknown') return 'has said nothing yet';
  return phase === 'running' ? 'cannot be reached' : 'does not run';
}

function pairWords({ state }: Session, knower: NodeState, known: NodeState): string {
  const name = shortNames(state);
  const [who, whom] = [name(knower.address), name(known.address)];
  const off = [knower, known].find((node) => !canBeReached(node));
  if (off !== undefined) return `${name(off.address)} ${whyOff(off)}.`;
  if (known.version === 0) return `${whom} has told nothing yet.`;
  const held = state.held(knower.number, known.number);
  if (held === 0) return `${who} knows nothing of ${whom}.`;
  if (held < known.version) return `${who} knows version ${held} of ${whom}, which is at ${known.version}.`;
  return knower === known
    ? `${who} itself: “${favoriteLine(known.favorite)}”, version ${known.version}.`
    : `${who} knows the newest of ${whom}: “${favoriteLine(known.favorite)}”, version ${held}.`;
}
