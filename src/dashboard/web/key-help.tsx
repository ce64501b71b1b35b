/** The keys of the page, in a card that `?` opens and closes. */
import { useRef, type ReactNode } from 'react';
import { usePageKeys } from './keys.ts';

export const KEY_HELP_ID = 'keys';

const KEYS: readonly (readonly [key: string, does: string])[] = [
  ['Space', 'pause or play'],
  ['← →', 'a step back or on; with Shift ten'],
  ['L, End', 'live, or to the end'],
  ['G', 'the next gap, in “Who knows whom”'],
  ['S', 'select nodes in the graph: click, or draw around them'],
  ['Shift', 'with a click or a drag in the graph: the same once'],
  ['N, P', 'the next step of a lesson, or the one before'],
  ['Esc', 'close the node, then forget what is selected'],
  ['?', 'show or hide this'],
];

export function KeyHelp(): ReactNode {
  const card = useRef<HTMLDivElement>(null);
  usePageKeys({ '?': () => void card.current?.togglePopover() });
  return (
    <div id={KEY_HELP_ID} className="key-help" popover="auto" ref={card} role="dialog" aria-label="Keys">
      <h2>Keys</h2>
      <dl className="pairs">
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
