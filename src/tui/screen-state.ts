/** What the reader has chosen to look at; what there is to see is in the frame. */
import { nextOrder, type RecordOrder } from './record-order.ts';
import type { ScreenCommand } from './screen-command.ts';
import { scroll } from './scroll-window.ts';
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
  readonly helpOffset: number;
}

/** A whole screen, and how much of what in it the scroll keys move through. */
export interface Screen {
  readonly lines: readonly Line[];
  readonly scrolled: { readonly height: number; readonly total: number };
}

export const initialState: ScreenState = {
  isPaused: false,
  isHelpShown: false,
  order: 'node',
  offset: 0,
  helpOffset: 0,
};

export function changeState(state: ScreenState, command: ScreenCommand, { scrolled }: Screen): ScreenState {
  switch (command) {
    case 'pause':
      return { ...state, isPaused: !state.isPaused };
    case 'sort':
      return { ...state, order: nextOrder(state.order), offset: 0 };
    case 'help':
      return { ...state, isHelpShown: !state.isHelpShown, helpOffset: 0 };
    case 'closeHelp':
      return { ...state, isHelpShown: false };
    case 'quit':
    case 'resample':
      return state;
    default: {
      const moved = scroll(
        state.isHelpShown ? state.helpOffset : state.offset,
        command,
        scrolled.height,
        scrolled.total,
      );
      return state.isHelpShown ? { ...state, helpOffset: moved } : { ...state, offset: moved };
    }
  }
}
