/** A span of time for people: `143 ms`, `2.35 s`, `12.3 s`, `5 min 20 s`, `2 h 05 min`. */
export function formatSpan(ms: number): string {
  if (ms < 999.5) return `${ms > 0 && ms < 9.95 ? trimmed(ms.toFixed(1)) : Math.round(ms)} ms`;
  if (ms < 9995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 119_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

function trimmed(text: string): string {
  return text.replace(/\.0$/, '');
}
