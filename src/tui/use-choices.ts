import { useApp, useInput, useStdin } from 'ink';
import { useCallback, useRef, useState } from 'react';
import { commandsOf, type Letters, type ScreenCommand } from './screen-command.ts';
import { changeState, initialState, type Screen, type ScreenState } from './screen-state.ts';

/** The reader's choices, changed by keys. The screen must be handed to `shown`: scrolling depends on what is there. */
export function useChoices(
  own: Letters,
  onCommand: (command: ScreenCommand, state: ScreenState) => void,
): {
  state: ScreenState;
  shown: (screen: Screen) => void;
} {
  const { exit } = useApp();
  const { isRawModeSupported } = useStdin();
  const [state, setState] = useState(initialState);
  const current = useRef<Screen>({ lines: [], scrolled: { height: 0, total: 0 } });
  useInput(
    (input, key) => {
      for (const command of commandsOf(input, key, own)) {
        if (command === 'quit') exit();
        onCommand(command, state);
        setState((before) => changeState(before, command, current.current));
      }
    },
    // Without a keyboard, as under a process manager, the screen still shows; a signal closes it.
    { isActive: isRawModeSupported === true },
  );
  const shown = useCallback((screen: Screen) => {
    current.current = screen;
  }, []);
  return { state, shown };
}
