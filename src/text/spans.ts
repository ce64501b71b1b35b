/** Spans and moments of time for people. */
import type { Millis } from '../trace/views.ts';

/** How long: `0.04 ms`, `143 ms`, `2.35 s`, `12.3 s`, `5 min 20 s`, `2 h 05 min`; without decimals where the seconds are whole. */
export function spanText(ms: Millis): string {
  const size = Math.abs(ms);
  const sign = ms < 0 ? '−' : '';
  if (size < 0.0005) return '0 ms';
  if (size < 9.95) return `${sign}${Number(size.toPrecision(2))} ms`;
  if (size < 999.5) return `${sign}${Math.round(size)} ms`;
  if (size < 119_950) return `${sign}${secondsOf(size)} s`;
  const seconds = Math.round(size / 1000);
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${sign}${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

function secondsOf(ms: Millis): string {
  return Number.isInteger(ms / 1000) ? String(ms / 1000) : (ms / 1000).toFixed(ms < 9995 ? 2 : 1);
}

/** How long ago, in at most six columns: `3s`, `2m10s`, `1h05`, `3d`. */
export function ageText(ms: Millis): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 1) return `${seconds}s`;
  if (hours < 1) return `${minutes}m${twoDigits(seconds % 60)}s`;
  if (hours < 48) return `${hours}h${twoDigits(minutes % 60)}`;
  return `${Math.floor(hours / 24)}d`;
}

/** A moment: the time of day where it is known when the run began, else since then: `12.345 s`. With milliseconds, as `--at` has it. */
export function momentText(atMs: Millis, epochMs?: Millis): string {
  if (epochMs === undefined) return `${(atMs / 1000).toFixed(3)} s`;
  const date = new Date(epochMs + atMs);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
