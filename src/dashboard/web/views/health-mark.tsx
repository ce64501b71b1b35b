import type { ReactNode } from 'react';
import type { Health } from '../../model/words.ts';

/** A sign beside the word and the colour, the same in the graph. */
export const SIGNS: { readonly [health in Health]: string } = {
  alive: '●',
  paused: '‖',
  suspect: '!',
  down: '↓',
  unreachable: '?',
  killed: '✕',
  left: '→',
  unknown: '·',
};

export function HealthMark({ health }: { readonly health: Health }): ReactNode {
  return (
    <span className={`health is-${health}`}>
      <span aria-hidden="true">{SIGNS[health]}</span> {health}
    </span>
  );
}
