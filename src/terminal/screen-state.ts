/** What the reader has chosen to look at; what there is to see is in the frame. */
import { nextOrder, type RecordOrder } from './record-order.ts';
import type { ScreenCommand } from './screen-command.ts';
import { scroll, scrollWindow, type ScrollCommand } from './scroll-window.ts';
import type { Line } from './styled-line.ts';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

export interface ScreenState {
  readonly isPaused: boolean;
  readonly isHelpShown: boolean;
  readonly order: RecordOrder;
  readonly offset: number;
  /** Where rows can be selected: which is, counted from the first. */
  readonly selected: number;
  /** Which of what there is room for below the table is shown there. */
  readonly below: 'events' | 'updates' | 'selected' | 'nothing';
  readonly helpOffset: number;
}

/** A whole screen, and how much of what in it the scroll keys move through. */
export interface Screen {
  readonly lines: readonly Line[];
  readonly scrolled: { readonly height: number; readonly total: number; readonly isSelectable?: boolean };
}

export const initialState: ScreenState = {
  isPaused: false,
  isHelpShown: false,
  order: 'node',
  offset: 0,
  selected: 0,
  below: 'events',
  helpOffset: 0,
};

const NEXT_BELOW = { events: 'updates', updates: 'selected', selected: 'nothing', nothing: 'events' } as const;

/** @param scrolled of the screen in this state: asked for only where it matters, since it takes a drawing */
export function changeState(
  state: ScreenState,
  command: ScreenCommand,
  scrolled: () => Screen['scrolled'],
): ScreenState {
  switch (command) {
    case 'pause':
      return { ...state, isPaused: !state.isPaused };
    case 'sort':
      return { ...state, order: nextOrder(state.order), offset: 0 };
    case 'help':
      return { ...state, isHelpShown: !state.isHelpShown, helpOffset: 0 };
    case 'closeHelp':
      return { ...state, isHelpShown: false };
    case 'changeView':
      return { ...state, below: nextBelow(state.below, scrolled()) };
    case 'lineUp':
    case 'lineDown':
    case 'pageUp':
    case 'pageDown':
    case 'top':
    case 'bottom':
      return moved(state, command, scrolled());
    default:
      return state;
  }
}

/** Where the whole table is in view already, more room for it shows nothing. */
function nextBelow(below: ScreenState['below'], { height, total }: Screen['scrolled']): ScreenState['below'] {
  const next = NEXT_BELOW[below];
  return next === 'nothing' && total <= height ? NEXT_BELOW[next] : next;
}

function moved(
  state: ScreenState,
  command: ScrollCommand,
  { height, total, isSelectable }: Screen['scrolled'],
): ScreenState {
  if (state.isHelpShown) return { ...state, helpOffset: scroll(state.helpOffset, command, height, total) };
  if (isSelectable !== true) return { ...state, offset: scroll(state.offset, command, height, total) };
  // One row of a list is a window of height one.
  const target =
    command === 'pageUp' || command === 'pageDown'
      ? state.selected + (command === 'pageUp' ? -1 : 1) * Math.max(1, height - 1)
      : undefined;
  const selected =
    target === undefined ? scroll(state.selected, command, 1, total) : scrollWindow(target, 1, total).start;
  return { ...state, selected, offset: windowAround(selected, state.offset, height, total) };
}

/** @returns the offset nearest to `offset` that has this row in view */
export function windowAround(row: number, offset: number, height: number, total: number): number {
  const { start } = scrollWindow(offset, height, total);
  return Math.max(0, Math.min(row, Math.max(start, row - height + 1)));
}
