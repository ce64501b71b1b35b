/** Below the graph: what can be done to the nodes that are selected, or to a part of all. */
import { useState, type ReactNode } from 'react';
import type { Address } from '../../trace/views.ts';
import type { NodeState } from '../model/network-state.ts';
import { isUp } from '../model/words.ts';
import { Act } from './act.tsx';
import type { Session } from './session.ts';
import { FirstHint } from './first-hint.tsx';
import { useNarrow } from './use-narrow.ts';
import { useSession } from './use-session.ts';

const PERCENTS = [10, 20, 30, 50, 70] as const;

/** @param props `onWatch` is called when a wave begins to be watched */
export function SelectionBar({ onWatch }: { readonly onWatch: () => void }): ReactNode {
  const session = useSession();
  const actions = session.model.opened?.actions ?? [];
  const hint = <FirstHint onWatch={onWatch} />;
  if (!actions.includes('kill')) return <div className="hint-bar">{hint}</div>;
  const nodes = session.state.nodes.filter(({ address }) => session.selection.has(address));
  return (
    <div className="selection-bar" role="group" aria-label="Selected nodes">
      {nodes.length === 0 ? (
        <NoneSelected session={session} hint={hint} />
      ) : (
        <Selected session={session} nodes={nodes} />
      )}
    </div>
  );
}

function NoneSelected(props: { readonly session: Session; readonly hint: ReactNode }): ReactNode {
  const { session, hint } = props;
  const isNarrow = useNarrow();
  const [percent, setPercent] = useState<number>(30);
  const running = session.state.nodes.filter(isUp).map(({ address }) => address);
  const count = Math.round((running.length * percent) / 100);
  return (
    <>
      <span className="killing">
        <button
          type="button"
          disabled={!session.canAct || count === 0}
          onClick={() => session.act('kill', { nodes: someOf(running, count) })}
        >
          Kill {percent} %
        </button>
        <select
          aria-label="How many to kill"
          value={percent}
          onChange={({ target }) => setPercent(Number(target.value))}
        >
          {PERCENTS.map((value) => (
            <option key={value} value={value}>
              {value} %
            </option>
          ))}
        </select>
      </span>
      <p className="faint">
        {session.isSelecting
          ? 'Click nodes, or draw around them.'
          : isNarrow
            ? 'Tap a node, or choose several with “Select”.'
            : 'Click a node; Shift-click or Shift-drag selects several.'}
      </p>
      {!session.isSelecting && hint}
    </>
  );
}

function Selected(props: { readonly session: Session; readonly nodes: readonly NodeState[] }): ReactNode {
  const { session, nodes } = props;
  const addressesOf = (is: (node: NodeState) => boolean): Address[] => nodes.filter(is).map(({ address }) => address);
  const all = addressesOf(() => true);
  const up = addressesOf(isUp);
  const running = addressesOf(({ phase }) => phase === 'running');
  const paused = addressesOf(({ phase }) => phase === 'paused');
  return (
    <>
      <b>{nodes.length} selected</b>
      <span className="buttons">
        <Act action="kill" target={{ nodes: up }} isIdle={up.length === 0}>
          Kill {up.length}
        </Act>
        {running.length > 0 || paused.length === 0 ? (
          <Act action="pause" target={{ nodes: running }} isIdle={running.length === 0}>
            Pause {running.length}
          </Act>
        ) : (
          <Act action="resume" target={{ nodes: paused }}>
            Resume {paused.length}
          </Act>
        )}
        <Act action="restart" target={{ nodes: all }}>
          Restart {all.length}
        </Act>
        <Act action="split" target={{ nodes: all }} isIdle={all.length === session.state.nodes.length}>
          Split off {all.length}
        </Act>
        <button type="button" className="quiet" onClick={() => session.select([])}>
          Clear
        </button>
      </span>
    </>
  );
}

/** Drawn by the reader's chance; which they are becomes part of what was done. */
function someOf(nodes: readonly Address[], count: number): Address[] {
  const left = [...nodes];
  return Array.from({ length: count }, () => left.splice(Math.floor(Math.random() * left.length), 1)[0]!);
}
