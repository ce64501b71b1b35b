/**
 * Runs a screen on the whole terminal until the reader quits. Ink reads the keys and keeps the components; frames go
 * to the terminal through `FramePainter`, because Ink itself would erase the user's scrollback whenever a frame is as
 * high as the terminal.
 */
import { Writable } from 'node:stream';
import { render, type Instance } from 'ink';
import { useEffect, useState, type ReactElement } from 'react';
import type { ScreenSize } from './screen-state.ts';
import { TerminalSession } from './terminal-session.ts';
import { colorModeOf, type ColorMode } from './terminal-style.ts';

export interface ScreenOptions {
  readonly stdin?: NodeJS.ReadStream;
  readonly stdout?: NodeJS.WriteStream;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Closes the screen as `q` does. */
  readonly signal?: AbortSignal;
}

/** What a screen is told by the terminal it is on. */
export interface ScreenProps {
  readonly size: ScreenSize;
  readonly colorMode: ColorMode;
  /** Takes a whole frame, its lines joined by newlines. */
  readonly paint: (frame: string) => void;
}

/** A terminal that can show a screen: one that can move its cursor. */
export function canShowScreen({ stdout = process.stdout, environment = process.env }: ScreenOptions): boolean {
  return stdout.isTTY === true && environment['TERM'] !== 'dumb';
}

/** @returns when the screen is closed and the terminal is as it was; rejects with what went wrong in the screen */
export async function showFullScreen(
  screen: (props: ScreenProps) => ReactElement,
  { stdin = process.stdin, stdout = process.stdout, environment = process.env, signal }: ScreenOptions,
): Promise<void> {
  if (signal?.aborted) return;
  let app: Instance | undefined;
  const close = (): void => app?.unmount();
  const session = new TerminalSession(stdin, stdout, close);
  signal?.addEventListener('abort', close);
  try {
    session.enter();
    const terminal = { colorMode: colorModeOf(environment), paint: (frame: string) => session.paint(frame) };
    app = render(<Sized stdout={stdout} screen={(size) => screen({ size, ...terminal })} />, {
      stdin,
      stdout: nowhere(),
      debug: true,
      exitOnCtrlC: false,
      patchConsole: false,
    });
    await app.waitUntilExit();
  } finally {
    signal?.removeEventListener('abort', close);
    session.leave();
  }
}

/** Where Ink's own output goes: nowhere. */
function nowhere(): NodeJS.WriteStream {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done() });
  return stream as unknown as NodeJS.WriteStream;
}

function sizeOf({ columns, rows }: NodeJS.WriteStream): ScreenSize {
  // A terminal that does not know its size says 0, or nothing.
  return { columns: columns || 80, rows: rows || 24 };
}

interface SizedProps {
  readonly stdout: NodeJS.WriteStream;
  readonly screen: (size: ScreenSize) => ReactElement;
}

function Sized({ stdout, screen }: SizedProps): ReactElement {
  const [size, setSize] = useState(() => sizeOf(stdout));
  useEffect(() => {
    const follow = (): void => setSize(sizeOf(stdout));
    stdout.on('resize', follow);
    return () => {
      stdout.off('resize', follow);
    };
  }, [stdout]);
  return screen(size);
}
