import { useApp, useInput, useStdin } from 'ink';
import { useRef, useState } from 'react';
import { commandsOf, type Letters, type ScreenCommand } from './screen-command.ts';
import { changeState, initialState, type Screen, type ScreenState } from './screen-state.ts';

/**
 * The reader's choices, changed by keys. How a screen is drawn must be handed to `shown`: scrolling depends on what is there.
 *
 * Several keys may come between two drawings. Each acts on what the one before it left, as if all were drawn in between.
 */
export function useChoices(
  own: Letters,
  onCommand: (command: ScreenCommand, state: ScreenState) => void,
): {
  state: ScreenState;
  shown: (draw: (state: ScreenState) => Screen) => Screen;
} {
  const { exit } = useApp();
  const { isRawModeSupported } = useStdin();
  const [state, setState] = useState(initialState);
  const latest = useRef(state);
  const drawing = useRef<(state: ScreenState) => Screen>(() => ({ lines: [], scrolled: { height: 0, total: 0 } }));
  const isClosing = useRef(false);
  useInput(
    (input, key) => {
      for (const command of commandsOf(input, key, own)) {
        if (isClosing.current) return;
        const before = latest.current;
        if (command === 'quit') {
          isClosing.current = true;
          exit();
        }
        onCommand(command, before);
        latest.current = changeState(before, command, () => drawing.current(before).scrolled);
      }
      setState(latest.current);
    },
    // Without a keyboard, as under a process manager, the screen still shows; a signal closes it.
    { isActive: isRawModeSupported === true },
  );
  const shown = (draw: (state: ScreenState) => Screen): Screen => {
    drawing.current = draw;
    return draw(state);
  };
  return { state, shown };
}
