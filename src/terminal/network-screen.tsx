/** A network of processes in a terminal: who runs, who knows how much, and what changes. */
import { useState } from 'react';
import type { NetworkView } from '../trace/views.ts';
import { canShowScreen, showFullScreen, type ScreenOptions, type ScreenProps } from './full-screen.tsx';
import { isNews, NetworkFrames } from './network-frames.ts';
import { networkScreen } from './network-lines.ts';
import { showPlainLog } from './plain-log.ts';
import { NETWORK_LETTERS, NODE_FAULTS, type ScreenCommand } from './screen-command.ts';
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
  const { state, shown } = useChoices(NETWORK_LETTERS, (command, { selected }) => obey(view, command, selected));
  const [source] = useState(() => new NetworkFrames(view));
  const frame = useFrames(source, state.isPaused);
  const screen = shown((chosen) => networkScreen(frame, chosen, size));
  usePainted(screen.lines, { paint, colorMode });
  return null;
}

/** Breaks the network as told. */
function obey(view: NetworkView, command: ScreenCommand, selected: number): void {
  const { nodes, isPartitioned } = view.state();
  const address = nodes[Math.min(selected, nodes.length - 1)]?.address;
  if (command === 'splitOrHeal') {
    if (isPartitioned) view.heal();
    else view.split();
  }
  for (const fault of NODE_FAULTS) {
    if (command === `${fault}Random`) view[fault]();
    if (command === fault && address !== undefined) view[fault](address);
  }
}
