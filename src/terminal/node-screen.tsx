/** One node in a terminal: its table, its peers, its counts and the messages as they arrive. */
import { useState } from 'react';
import type { NodeView } from '../trace/views.ts';
import { canShowScreen, showFullScreen, type ScreenOptions, type ScreenProps } from './full-screen.tsx';
import { isChange, NodeFrames } from './node-frames.ts';
import { nodeScreen } from './node-lines.ts';
import { showPlainLog } from './plain-log.ts';
import { NODE_LETTERS } from './screen-command.ts';
import { useChoices } from './use-choices.ts';
import { hostOf } from './short-address.ts';
import { useFrames } from './use-frames.ts';
import { usePainted } from './use-painted.ts';

export type { ScreenOptions } from './full-screen.tsx';

/**
 * Shows the node until the reader quits, or the process is told to stop. Stopping the node is up to the caller.
 *
 * @param resample has it choose another favourite
 */
export async function showNode(view: NodeView, resample: () => void, options: ScreenOptions = {}): Promise<void> {
  if (canShowScreen(options)) {
    return showFullScreen((props) => <NodeScreen view={view} resample={resample} {...props} />, options);
  }
  return showPlainLog(view, { ...options, homeHost: hostOf(view.self), isShown: isChange });
}

interface NodeScreenProps extends ScreenProps {
  readonly view: NodeView;
  readonly resample: () => void;
}

export function NodeScreen({ view, resample, size, colorMode, paint }: NodeScreenProps): null {
  const { state, shown } = useChoices(NODE_LETTERS, (command, { isPaused }) => {
    // While the screen stands still, nobody would see it happen.
    if (command === 'resample' && !isPaused) resample();
  });
  const [source] = useState(() => new NodeFrames(view));
  const frame = useFrames(source, state.isPaused);
  const screen = shown((chosen) => nodeScreen(frame, chosen, size));
  usePainted(screen.lines, { paint, colorMode });
  return null;
}
