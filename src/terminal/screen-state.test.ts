import { describe, expect, it } from 'vitest';
import type { ScreenCommand } from './screen-command.ts';
import { changeState, initialState, type ScreenState } from './screen-state.ts';

const scrolled = () => ({ height: 10, total: 100 });
const press = (...commands: ScreenCommand[]): ScreenState =>
  commands.reduce((state, command) => changeState(state, command, scrolled), initialState);

describe('changeState', () => {
  it('pauses and goes on', () => {
    expect(press('pause').isPaused).toBe(true);
    expect(press('pause', 'pause')).toEqual(initialState);
  });

  it('starts from the top in a new order', () => {
    expect(press('pageDown', 'sort')).toMatchObject({ order: 'age', offset: 0 });
  });

  it('comes back to the first order after the last', () => {
    expect(press('sort', 'sort', 'sort', 'sort', 'sort', 'sort').order).toBe('node');
  });

  it('scrolls the help while it is shown, and the table stays where it was', () => {
    expect(press('lineDown', 'help', 'lineDown', 'lineDown')).toMatchObject({ offset: 1, helpOffset: 2 });
    expect(press('lineDown', 'help', 'closeHelp')).toMatchObject({ offset: 1, isHelpShown: false });
  });
});
