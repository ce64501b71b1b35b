/** How long ago something arrived, as the eye should see it. */
export type Freshness = 'new' | 'recent' | 'settled' | 'old';

/** A favourite is re-chosen about every ten seconds, so one that has outlived two choices is old. */
export function freshnessOf(ageMs: number): Freshness {
  if (ageMs < 2_000) return 'new';
  if (ageMs < 6_000) return 'recent';
  return ageMs < 20_000 ? 'settled' : 'old';
}
