/** What somebody meant who mistyped a name. */

/** The closest of `known` if it is close: one change in three letters, or the one is the beginning of the other. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (name.length > 64) return undefined;
  const lower = name.toLowerCase();
  let nearest: string | undefined;
  let least = Math.max(2, name.length / 3) + 1;
  for (const candidate of known) {
    const other = candidate.toLowerCase();
    const isBeginning = lower.length > 1 && (other.startsWith(lower) || lower.startsWith(other));
    const distance = isBeginning ? 1 : changesBetween(lower, other);
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

/** Levenshtein's distance. */
function changesBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
