import { EventEmitter } from 'node:events';
import { Text, useApp } from 'ink';
import { useEffect, useLayoutEffect, type ReactElement } from 'react';
import { beforeEach, describe, expect, it } from 'vitest';
import { canShowScreen, showFullScreen, type ScreenProps } from './full-screen.tsx';
import { FakeNodeView, recordOf } from './fake-views.ts';
import { NodeScreen } from './node-screen.tsx';
import { effects } from './screen-tester.tsx';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit', 'uncaughtExceptionMonitor'] as const;

class FakeStdin extends EventEmitter {
  isTTY = true;
  isRaw = false;
  private data: string | null = null;
  setRawMode(isRaw: boolean): void {
    this.isRaw = isRaw;
  }
  setEncoding(): void {}
  ref(): void {}
  unref(): void {}
  read(): string | null {
    const { data } = this;
    this.data = null;
    return data;
  }
  press(key: string): void {
    this.data = key;
    this.emit('readable');
  }
}

class FakeStdout extends EventEmitter {
  isTTY = true;
  columns = 40;
  rows = 10;
  written = '';
  write(bytes: string, done?: () => void): boolean {
    this.written += bytes;
    done?.();
    return true;
  }
}

function Hello({ size, paint }: ScreenProps): ReactElement {
  useLayoutEffect(() => paint(`hello ${size.columns}x${size.rows}`));
  return <Text> </Text>;
}

describe('showFullScreen', () => {
  let stdin: FakeStdin;
  let stdout: FakeStdout;
  let listeners: number;
  const count = (): number => SIGNALS.reduce((sum, name) => sum + process.listenerCount(name), 0);
  const show = (screen: (props: ScreenProps) => ReactElement, signal?: AbortSignal): Promise<void> =>
    showFullScreen(screen, {
      stdin: stdin as unknown as NodeJS.ReadStream,
      stdout: stdout as unknown as NodeJS.WriteStream,
      environment: {},
      ...(signal ? { signal } : {}),
    });
  const expectRestored = (): void => {
    expect(stdout.written.match(/\u001b\[\?1049[hl]/g)).toEqual(['\u001b[?1049h', '\u001b[?1049l']);
    expect(stdout.written.indexOf('\u001b[?25h')).toBeGreaterThan(stdout.written.indexOf('\u001b[?25l'));
    expect(stdout.written.indexOf('\u001b[?7h')).toBeGreaterThan(stdout.written.indexOf('\u001b[?7l'));
    expect(stdout.written.endsWith('\u001b[?1049l')).toBe(true);
    expect(stdin.isRaw).toBe(false);
    expect(count()).toBe(listeners);
    expect(stdout.listenerCount('resize') + stdout.listenerCount('error')).toBe(0);
  };
  beforeEach(() => {
    stdin = new FakeStdin();
    stdout = new FakeStdout();
    listeners = count();
  });

  it.each(['q', '\u0003'])('shows a node until %j, and gives the terminal back as it was', async (key) => {
    const view = new FakeNodeView([recordOf(0)]);
    const closed = show((props) => <NodeScreen view={view} resample={() => view.resample()} {...props} />);
    await effects();
    expect(stdout.written).toContain('Book 0');
    expect(stdin.isRaw).toBe(true);
    stdin.press(key);
    await closed;
    expectRestored();
    expect(view.listenerCount).toBe(0);
  });

  it('follows the terminal’s size', async () => {
    const closing = new AbortController();
    const closed = show((props) => <Hello {...props} />, closing.signal);
    await effects();
    expect(stdout.written).toContain('hello 40x10');
    Object.assign(stdout, { columns: 0, rows: 0 }).emit('resize');
    await effects();
    expect(stdout.written).toContain('hello 80x24');
    closing.abort();
    await closed;
    expectRestored();
  });

  it('paints nothing below a terminal that got lower: that would land on its last row', async () => {
    const closing = new AbortController();
    const view = new FakeNodeView([recordOf(0)]);
    const closed = show(
      (props) => <NodeScreen view={view} resample={() => view.resample()} {...props} />,
      closing.signal,
    );
    await effects();
    stdout.written = '';
    Object.assign(stdout, { rows: 5 }).emit('resize');
    await effects();
    const rows = Array.from(stdout.written.matchAll(/\u001b\[(\d+);1H/g), ([, row]) => Number(row));
    expect(rows).toEqual([1, 2, 3, 4, 5]);
    closing.abort();
    await closed;
  });

  it('gives the terminal back when a screen throws, and says what it threw', async () => {
    const Broken = (): ReactElement => {
      throw new Error('broken screen');
    };
    await expect(show(() => <Broken />)).rejects.toThrow('broken screen');
    expectRestored();
  });

  it('gives the terminal back when the view fails later on', async () => {
    const Failing = (): null => {
      const { exit } = useApp();
      useEffect(() => exit(new Error('no snapshot')), [exit]);
      return null;
    };
    await expect(show(() => <Failing />)).rejects.toThrow('no snapshot');
    expectRestored();
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('closes on %s', async (name) => {
    const before = new Set(process.listeners(name));
    const closed = show((props) => <Hello {...props} />);
    await effects();
    // Ink's own comes after it, and would end the test process.
    const ours = process.listeners(name).find((listener) => !before.has(listener));
    ours?.(name);
    expect(stdout.written.endsWith('\u001b[?1049l')).toBe(true);
    await closed;
    expectRestored();
  });

  it('gives the terminal back before an uncaught error is printed', async () => {
    const closed = show((props) => <Hello {...props} />);
    await effects();
    const ours = process.listeners('uncaughtExceptionMonitor').at(-1);
    ours?.(new Error('elsewhere'), 'uncaughtException');
    expect(stdout.written.endsWith('\u001b[?1049l')).toBe(true);
    await closed;
    expectRestored();
  });

  it('shows without a keyboard', async () => {
    stdin.isTTY = false;
    const closing = new AbortController();
    const closed = show(
      (props) => <NodeScreen view={new FakeNodeView([recordOf(0)])} resample={() => {}} {...props} />,
      closing.signal,
    );
    await effects();
    expect(stdout.written).toContain('Book 0');
    closing.abort();
    await closed;
    expectRestored();
  });
});

describe('canShowScreen', () => {
  const terminal = { isTTY: true } as NodeJS.WriteStream;

  it('needs a terminal that can move its cursor', () => {
    expect(canShowScreen({ stdout: terminal, environment: { TERM: 'xterm' } })).toBe(true);
    expect(canShowScreen({ stdout: terminal, environment: { TERM: 'dumb' } })).toBe(false);
    expect(canShowScreen({ stdout: {} as NodeJS.WriteStream, environment: { TERM: 'xterm' } })).toBe(false);
  });
});
