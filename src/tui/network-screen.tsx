/** A network of processes in a terminal: who runs, who knows how much, and what changes. */
import { useState } from 'react';
import type { NetworkView } from '../trace/views.ts';
import { canShowScreen, showFullScreen, type ScreenOptions, type ScreenProps } from './full-screen.tsx';
import { isNews, NetworkFrames } from './network-frames.ts';
import { networkScreen } from './network-lines.ts';
import { showPlainLog } from './plain-log.ts';
import { useChoices } from './use-choices.ts';
import { useFrames } from './use-frames.ts';
import { usePainted } from './use-painted.ts';

export type { ScreenOptions } from './full-screen.tsx';

/** Shows the network until the reader quits, or the process is told to stop. Stopping it is up to the caller. */
export async function showNetwork(view: NetworkView, options: ScreenOptions = {}): Promise<void> {
  if (canShowScreen(options)) return showFullScreen((props) => <NetworkScreen view={view} {...props} />, options);
  return showPlainLog(view, { ...options, homeHost: '', namesNode: true, isShown: isNews });
}

interface NetworkScreenProps extends ScreenProps {
  readonly view: NetworkView;
}

export function NetworkScreen({ view, size, colorMode, paint }: NetworkScreenProps): null {
  const { state, shown } = useChoices();
  const [source] = useState(() => new NetworkFrames(view));
  const frame = useFrames(source, state.isPaused);
  const screen = networkScreen(frame, state, size);
  shown(screen);
  usePainted(screen.lines, { paint, colorMode });
  return null;
}
