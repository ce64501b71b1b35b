/** What to press first, until it has been pressed or put away; remembered where the page may keep something. */
import { useState, type ReactNode } from 'react';
import { useSession } from './use-session.ts';

const KEY = 'gossip-hint';

export function FirstHint({ onWatch }: { readonly onWatch: () => void }): ReactNode {
  const session = useSession();
  const [isOver, setOver] = useState(wasSeen);
  if (isOver || session.chosen.uuid !== undefined) return null;
  const latest = session.model.updates.all.findLast(
    ({ publishedAt, isRefutation }) => publishedAt <= session.nowMs && !isRefutation,
  );
  if (latest === undefined) return null;
  const end = (): void => {
    setOver(true);
    remember();
  };
  return (
    <div className="first-hint" role="group" aria-label="Where to begin">
      <b>New here?</b>
      <button
        type="button"
        className="is-main"
        title="One update spreads from node to node, in slow motion"
        onClick={() => {
          session.watch(latest.uuid);
          onWatch();
          end();
        }}
      >
        Watch an update
      </button>
      <button type="button" className="quiet" aria-label="Put this hint away" onClick={end}>
        ✕
      </button>
    </div>
  );
}

function wasSeen(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

function remember(): void {
  try {
    localStorage.setItem(KEY, 'seen');
  } catch {
    // Then it is there again with the next page.
  }
}
