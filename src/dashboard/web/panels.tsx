/** The graph beside one of the other views; on a narrow screen one of all, and a node lies over it. */
import { lazy, Suspense, useCallback, useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import type { AppProps } from './app-props.ts';
import { oneLine } from '../model/words.ts';
import { Boundary } from './boundary.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { Toast } from './toast.tsx';
import type { HeaderProps } from './header.tsx';
import { Matrix } from './views/matrix.tsx';
import { NodeDetails } from './views/node-details.tsx';
import { NodeTable } from './views/node-table.tsx';
import { Updates } from './views/updates.tsx';
import { useNarrow } from './use-narrow.ts';
import { useSession } from './use-session.ts';

/** A chunk of its own: the graph's libraries weigh more than all else. */
const GraphView = lazy(() => import('./graph/graph-view.tsx'));
const Curves = lazy(() => import('./views/curves.tsx'));

interface Panel {
  readonly id: string;
  readonly title: string;
  readonly content: ReactNode;
}

export function Panels({
  controls,
  guide,
  onBack,
}: Pick<AppProps, 'controls' | 'guide'> & Pick<HeaderProps, 'onBack'>): ReactNode {
  const session = useSession();
  const isNarrow = useNarrow();
  const setTab = useCallback((id: string) => session.change(() => (session.view = id)), [session]);
  /** On a narrow screen the wave is behind another tab, and a node's card would lie over it. */
  const showWave = useCallback(() => {
    if (!isNarrow) return;
    setTab('graph');
    session.choose(undefined);
  }, [isNarrow, session, setTab]);
  const { phase, opened } = session.model;
  if (opened === undefined && controls === undefined) return <Waiting onBack={onBack} />;
  const isEmpty = session.model.timeline.size === 0;
  const graph = (
    <section className="graph-panel" aria-label="The network">
      <Boundary>
        <Suspense fallback={<p className="words">Loading the graph …</p>}>
          <GraphView />
        </Suspense>
      </Boundary>
      <SelectionBar onWatch={showWave} />
      {isEmpty && (
        <p className="words over">
          {phase === 'open' ? 'Waiting for the first word of a node …' : 'Nothing happened.'}
        </p>
      )}
    </section>
  );
  const panels: Panel[] = [
    ...(isNarrow ? [{ id: 'graph', title: 'Graph', content: graph }] : []),
    ...(controls === undefined ? [] : [{ id: 'controls', ...controls }]),
    { id: 'updates', title: 'Updates', content: <Updates onWatch={showWave} /> },
    { id: 'nodes', title: 'Nodes', content: <NodeTable /> },
    { id: 'knowledge', title: 'Who knows whom', content: <Matrix /> },
    { id: 'curves', title: 'Curves', content: <Curves /> },
  ];
  return (
    <main className="panels">
      {!isNarrow && graph}
      <div className="side">
        {guide}
        <Tabs panels={panels} chosen={session.view} onChoose={setTab} />
        <NodeDetails />
      </div>
      <Toast onWatch={showWave} />
    </main>
  );
}

function Waiting({ onBack }: Pick<HeaderProps, 'onBack'>): ReactNode {
  const session = useSession();
  const { model, connection } = session;
  return (
    <main className="waiting">
      {model.phase === 'failed' ? (
        <>
          <h2>This cannot be shown</h2>
          <p role="alert">{oneLine(model.failure)}.</p>
        </>
      ) : connection === 'lost' ? (
        <>
          <h2>No answer from the server</h2>
          <p>Trying again every few seconds. Is it still running?</p>
        </>
      ) : (
        <>
          <h2>Waiting for the network …</h2>
          <p>Nothing has been told yet.</p>
        </>
      )}
      <p className="faint">
        {model.phase === 'failed' ? 'To open another trace' : 'To open a recorded trace'}, drop the file here or choose
        “Open trace”.
      </p>
      {onBack !== undefined && (
        <p>
          <button type="button" onClick={onBack}>
            Close file
          </button>
        </p>
      )}
    </main>
  );
}

interface TabsProps {
  readonly panels: readonly Panel[];
  /** The first, if there is none of that name. */
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

function Tabs({ panels, chosen, onChoose }: TabsProps): ReactNode {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const shown = panels.find((panel) => panel.id === chosen) ?? panels[0];
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined || shown === undefined) return;
    event.preventDefault();
    const next = (panels.indexOf(shown) + step + panels.length) % panels.length;
    onChoose(panels[next]!.id);
    (list.current?.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <section className="tabbed">
      <div className="tabs" role="tablist" aria-label="Views" ref={list} onKeyDown={onKeyDown}>
        {panels.map((panel) => (
          <button
            key={panel.id}
            type="button"
            role="tab"
            id={`${id}-${panel.id}`}
            aria-selected={panel === shown}
            aria-controls={`${id}-panel`}
            tabIndex={panel === shown ? 0 : -1}
            onClick={() => onChoose(panel.id)}
          >
            {panel.title}
          </button>
        ))}
      </div>
      <div className="tab-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown?.id}`}>
        <Boundary key={shown?.id}>
          <Suspense fallback={<p className="words">Loading …</p>}>{shown?.content}</Suspense>
        </Boundary>
      </div>
    </section>
  );
}
