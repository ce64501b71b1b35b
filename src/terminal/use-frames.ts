import { useApp } from 'ink';
import { useEffect, useState } from 'react';
import { FramePacer } from './frame-pacer.ts';

/** Where a screen's contents come from. A frame is a copy: what it shows does not change after it was taken. */
export interface FrameSource<Frame> {
  /** Listens until the returned function is called. `onNews` says that a new frame would show something new. */
  open(onNews: () => void): () => void;
  takeFrame(): Frame;
}

/** The newest frame, taken as often as `FramePacer` says. While paused the source is closed and nothing is computed. */
export function useFrames<Frame>(source: FrameSource<Frame>, isPaused: boolean): Frame {
  const { exit } = useApp();
  const [frame, setFrame] = useState(() => source.takeFrame());
  useEffect(() => {
    if (isPaused) return;
    const pacer = new FramePacer(() => {
      try {
        setFrame(source.takeFrame());
      } catch (error) {
        // Thrown out of a timer it would end the process, and the node with it.
        pacer.stop();
        exit(error instanceof Error ? error : new Error(String(error)));
      }
    });
    const close = source.open(() => pacer.touch());
    pacer.start();
    return () => {
      close();
      pacer.stop();
    };
  }, [source, isPaused, exit]);
  return frame;
}
