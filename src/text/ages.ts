/** A span of time in at most six columns: `3s`, `2m10s`, `1h05`, `3d`. */
export function formatAge(ageMs: number): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 1) return `${seconds}s`;
  if (hours < 1) return `${minutes}m${twoDigits(seconds % 60)}s`;
  if (hours < 48) return `${hours}h${twoDigits(minutes % 60)}`;
  return `${Math.floor(hours / 24)}d`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
