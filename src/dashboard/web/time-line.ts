/** Draws the time line: publishes as ticks, faults by a letter-like sign each, partitions as hatched spans, the moment shown. */
import type { MarkKind } from '../model/marks.ts';
import type { Session } from './session.ts';
import { fitCanvas } from './fit-canvas.ts';

type Colors = {
  readonly [
    name in 'sunken' | 'line' | 'line-strong' | 'ink' | 'ink-faint' | 'accent' | 'bad' | 'warn' | 'warn-soft' | 'idle'
  ]: string;
};

const SIGNS: {
  readonly [kind in Exclude<MarkKind, 'published'>]: { readonly sign: string; readonly color: keyof Colors };
} = {
  killed: { sign: '✕', color: 'bad' },
  left: { sign: '→', color: 'idle' },
  paused: { sign: '‖', color: 'warn' },
  resumed: { sign: '▸', color: 'accent' },
  restarted: { sign: '↻', color: 'accent' },
  unreachable: { sign: '?', color: 'warn' },
};
/** Nearer than this, one sign stands for several. */
const SIGN_PX = 11;

export function drawTimeLine(canvas: HTMLCanvasElement, session: Session, colors: Colors): void {
  const { context, width, height } = fitCanvas(canvas);
  if (context === null) return;
  const { model, nowMs } = session;
  const { fromMs, untilMs } = model.range;
  const span = Math.max(untilMs - fromMs, 1);
  const xOf = (at: number): number => 1 + ((at - fromMs) / span) * (width - 2);
  context.clearRect(0, 0, width, height);
  const middle = height - 13;
  for (const { fromMs: from, untilMs: until = untilMs } of model.partitions.spans) {
    hatch(context, xOf(from), 2, Math.max(3, xOf(until) - xOf(from)), height - 4, colors);
  }
  context.fillStyle = colors.line;
  context.fillRect(0, middle - 2, width, 4);
  context.fillStyle = colors.accent;
  context.fillRect(0, middle - 2, xOf(nowMs), 4);
  context.fillStyle = colors['line-strong'];
  let lastTick = -2;
  let lastSign = -SIGN_PX;
  context.textAlign = 'center';
  context.font = '600 11px system-ui, sans-serif';
  for (const { at, kind } of model.marks.all) {
    if (at < fromMs) continue;
    const x = xOf(at);
    if (kind === 'published') {
      if (x - lastTick < 2) continue;
      lastTick = x;
      context.fillStyle = colors['line-strong'];
      context.fillRect(Math.round(x), middle + 4, 1, 6);
    } else if (x - lastSign >= SIGN_PX) {
      lastSign = x;
      context.fillStyle = colors[SIGNS[kind].color];
      context.fillText(SIGNS[kind].sign, Math.min(Math.max(x, 6), width - 6), middle - 8);
    }
  }
  const x = xOf(nowMs);
  context.fillStyle = colors.ink;
  context.fillRect(Math.round(x) - 1, 2, 2, height - 4);
  context.beginPath();
  context.arc(Math.min(Math.max(x, 6), width - 6), middle, 6, 0, 2 * Math.PI);
  context.fill();
}

function hatch(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  colors: Colors,
): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.fillStyle = colors['warn-soft'];
  context.fillRect(x, y, width, height);
  context.strokeStyle = colors.warn;
  context.globalAlpha = 0.5;
  context.beginPath();
  for (let i = -height; i < width; i += 6) {
    context.moveTo(x + i, y + height);
    context.lineTo(x + i + height, y);
  }
  context.stroke();
  context.restore();
}
