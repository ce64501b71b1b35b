/** The time line: what happened when, which moment is shown, and how fast it goes on. */
import { useEffect, useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { momentText, spanText } from '../../text/spans.ts';
import { counted } from '../../text/words.ts';
import type { Mark } from '../model/marks.ts';
import { SPEEDS } from '../model/playhead.ts';
import { shortNames } from '../model/words.ts';
import type { Session } from './session.ts';
import { drawTimeLine } from './time-line.ts';
import { colorsOf, onColorsChange } from './theme.ts';
import { useNarrow } from './use-narrow.ts';
import { useSession } from './use-session.ts';

export function Scrubber(): ReactNode {
  const session = useSession();
  const isNarrow = useNarrow();
  const { model, playhead, nowMs } = session;
  if (model.opened === undefined) return null;
  const { isOpen, fromMs, untilMs } = model.range;
  const isPlaying = playhead.mode === 'playing' || (playhead.mode === 'live' && isOpen);
  const moment = momentText(nowMs, model.opened.epochMs);
  return (
    <footer className="scrubber" aria-label="Time">
      <div className="transport">
        <button type="button" className="play" onClick={() => session.togglePlay()} title="Space">
          {isPlaying ? 'Pause' : 'Play'}
        </button>
        <button
          type="button"
          className={playhead.mode === 'live' ? 'live is-on' : 'live'}
          aria-pressed={playhead.mode === 'live'}
          onClick={() => session.goLive()}
          title={isOpen ? 'Follow what happens now (L)' : 'To the end (L)'}
        >
          {isOpen ? 'Live' : 'End'}
        </button>
        <label className="choice">
          <span className={isNarrow ? 'hidden-words' : undefined}>Speed</span>
          <select
            value={session.speed}
            onChange={(event) => session.change(() => (session.speed = Number(event.target.value)))}
          >
            {SPEEDS.map((speed) => (
              <option key={speed} value={speed}>
                {speed}×
              </option>
            ))}
          </select>
        </label>
      </div>
      <TimeLine session={session} moment={moment} />
      <p className="moment">
        <b>{moment}</b>
        <span>
          {modeWords(session)} · {spanText(untilMs - fromMs)}
          {isOpen ? ' kept' : ' long'}
          {isOpen && model.progress !== undefined && model.opened.source === 'recording'
            ? ` · reading, ${Math.floor(model.progress * 100)} %`
            : ''}
        </span>
      </p>
    </footer>
  );
}

function modeWords({ playhead, speed, model, connection }: Session): string {
  if (playhead.mode === 'playing') return `replay at ${speed}×`;
  if (playhead.mode === 'paused') return 'paused';
  if (connection === 'lost') return 'disconnected';
  return model.range.isOpen ? 'live' : 'at the end';
}

function TimeLine({ session, moment }: { readonly session: Session; readonly moment: string }): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  const { fromMs, untilMs } = session.model.range;
  useTimeLineDrawing(session, canvas);
  const seekTo = (event: PointerEvent): void => {
    const box = bar.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return;
    session.seek(fromMs + ((event.clientX - box.left) / box.width) * (untilMs - fromMs));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = (untilMs - fromMs) / 20;
    const to = { PageDown: session.nowMs - page, PageUp: session.nowMs + page, Home: fromMs }[event.key];
    if (to === undefined) return;
    session.seek(to);
    event.preventDefault();
  };
  return (
    <div
      className="time-line"
      ref={bar}
      role="slider"
      tabIndex={0}
      aria-label="Moment shown"
      aria-valuemin={Math.round(fromMs)}
      aria-valuemax={Math.round(untilMs)}
      aria-valuenow={Math.round(session.nowMs)}
      aria-valuetext={`${moment}, ${modeWords(session)}`}
      title={marksNear(session)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        seekTo(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) seekTo(event);
      }}
    >
      <canvas ref={canvas} aria-hidden="true" />
    </div>
  );
}

const TOKENS = [
  'sunken',
  'line',
  'line-strong',
  'ink',
  'ink-faint',
  'accent',
  'bad',
  'warn',
  'warn-soft',
  'idle',
] as const;

function useTimeLineDrawing(session: Session, canvas: React.RefObject<HTMLCanvasElement | null>): void {
  useEffect(() => {
    let colors = colorsOf(TOKENS);
    let isStale = true;
    let shownPx = 0;
    const stale = (): void => void (isStale = true);
    const resized = new ResizeObserver(stale);
    if (canvas.current !== null) resized.observe(canvas.current);
    const stopColors = onColorsChange(() => {
      colors = colorsOf(TOKENS);
      stale();
    });
    const stopNews = session.subscribe(stale);
    const stopFrames = session.onFrame(() => {
      if (canvas.current === null) return;
      const { fromMs, untilMs } = session.model.range;
      const px = Math.round(((session.nowMs - fromMs) / Math.max(1, untilMs - fromMs)) * canvas.current.clientWidth);
      if (!isStale && px === shownPx) return;
      drawTimeLine(canvas.current, session, colors);
      isStale = false;
      shownPx = px;
    });
    return () => {
      resized.disconnect();
      stopColors();
      stopNews();
      stopFrames();
    };
  }, [session, canvas]);
}

/** What stands out near the moment shown, in words. */
function marksNear(session: Session): string {
  const { model, nowMs } = session;
  const { fromMs, untilMs } = model.range;
  const near = model.marks.all.filter(({ at }) => Math.abs(at - nowMs) < (untilMs - fromMs) / 100);
  if (near.length === 0) return '';
  const name = shortNames(session.state);
  const words = near.slice(-4).map((mark: Mark) => `${name(mark.node)} ${mark.kind}`);
  return near.length > 4 ? `${counted(near.length, 'event')}: … ${words.join(', ')}` : words.join(', ');
}
