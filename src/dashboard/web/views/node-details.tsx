/** One node: what it tells, whom it talks to, what it lacks and why, and what may be done to it. */
import { useState, type ReactNode } from 'react';
import type { FeedAction } from '../../feed.ts';
import { spanText } from '../../../text/spans.ts';
import { counted } from '../../../text/words.ts';
import { canBeReached, reachableCount, type NetworkState, type NodeState } from '../../model/network-state.ts';
import { favoriteLine, compareAddresses, healthOf, isUp, oneLine, shortNames, updateTitle } from '../../model/words.ts';
import { Act, Publish } from '../act.tsx';
import type { Session } from '../session.ts';
import { useSession } from '../use-session.ts';
import { HealthMark } from './health-mark.tsx';
import { useWhyWords, whyWords } from './why.ts';

const MAX_MISSING = 12;

export function NodeDetails(): ReactNode {
  const session = useSession();
  if (session.node === undefined) return null;
  const { state } = session;
  const node = state.find(session.node);
  const name = shortNames(state);
  return (
    <aside className="details" tabIndex={-1} aria-label={`Node ${name(session.node)}`}>
      <header>
        <h2>{name(session.node)}</h2>
        {node !== undefined && <HealthMark health={healthOf(node, reachableCount(state.nodes))} />}
        <button type="button" className="quiet" onClick={() => session.choose(undefined)} aria-label="Close">
          ✕
        </button>
      </header>
      {node === undefined ? (
        <p className="words">Not there yet at this moment.</p>
      ) : (
        <Facts session={session} node={node} />
      )}
    </aside>
  );
}

function Facts({ session, node }: { readonly session: Session; readonly node: NodeState }): ReactNode {
  const { state, nowMs } = session;
  const name = shortNames(state);
  const actions = session.model.opened?.actions ?? [];
  return (
    <>
      <div className="details-body">
        <p className="favorite">{favoriteLine(node.favorite) || 'has told nothing yet'}</p>
        <dl className="pairs">
          <dt>Version</dt>
          <dd>
            {node.version}
            {node.toldAt !== undefined && (
              <span className="faint"> told {spanText(Math.max(0, nowMs - node.toldAt))} ago</span>
            )}
          </dd>
          <dt>Its peers say</dt>
          <dd>{peersSay(node)}</dd>
          {!node.isReachable && (
            <>
              <dt>Not reached</dt>
              <dd>{oneLine(node.unreachableBecause ?? 'no answer')}. Only its peers can say whether it lives.</dd>
            </>
          )}
          <dt>Messages</dt>
          <dd>
            {counted(node.payloadIn, 'rumor')} in, {node.payloadOut} out
            <span className="faint">
              {' '}
              · control {node.controlIn} in, {node.controlOut} out
            </span>
          </dd>
        </dl>
        <Peers session={session} node={node} name={name} />
        <Why session={session} node={node} />
      </div>
      {actions.length > 0 && <NodeActions node={node} actions={actions} />}
    </>
  );
}

function NodeActions(props: { readonly node: NodeState; readonly actions: readonly FeedAction[] }): ReactNode {
  const { node, actions } = props;
  const target = { nodes: [node.address] };
  return (
    <p className="buttons">
      {actions.includes('publish') && node.phase === 'running' && <Publish node={node.address} />}
      {actions.includes('pause') && isUp(node) && (
        <Act action={node.phase === 'paused' ? 'resume' : 'pause'} target={target}>
          {node.phase === 'paused' ? 'Resume' : 'Pause'}
        </Act>
      )}
      {actions.includes('restart') && (
        <Act action="restart" target={target}>
          {isUp(node) ? 'Restart' : 'Start again'}
        </Act>
      )}
      {actions.includes('kill') && isUp(node) && (
        <Act action="kill" target={target}>
          Kill
        </Act>
      )}
    </p>
  );
}

function peersSay({ suspectedBy, calledDownBy }: NodeState): string {
  if (suspectedBy + calledDownBy === 0) return 'nothing against it';
  const parts = [
    ...(calledDownBy > 0 ? [`${counted(calledDownBy, 'node')}: down`] : []),
    ...(suspectedBy > 0 ? [`${counted(suspectedBy, 'node')}: suspect`] : []),
  ];
  return parts.join(', ');
}

function Peers(props: {
  readonly session: Session;
  readonly node: NodeState;
  readonly name: (address: string) => string;
}): ReactNode {
  const { session, node, name } = props;
  const { nodes } = session.state;
  const peers = [...node.peers].sort(([a], [b]) => compareAddresses(nodes[a]!.address, nodes[b]!.address));
  if (peers.length === 0) return <p className="faint">It has no peers.</p>;
  return (
    <div className="peers">
      <h3>{counted(peers.length, 'peer')}</h3>
      <ul>
        {peers.map(([number, kind]) => (
          <li key={number}>
            <button type="button" className={`chip is-${kind}`} onClick={() => session.choose(nodes[number]!.address)}>
              {name(nodes[number]!.address)}
              {kind === 'lazy' && <span> lazy</span>}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Of the chosen update if there is one; else of whatever it lacks. */
function Why({ session, node }: { readonly session: Session; readonly node: NodeState }): ReactNode {
  const { uuid } = session.chosen;
  const words = useWhyWords(session, node.address, uuid);
  if (uuid === undefined) return <Missing session={session} node={node} />;
  const update = session.model.updates.find(uuid);
  return (
    <div className="why">
      <h3>{update === undefined ? 'The chosen update' : updateTitle(update)}</h3>
      <p>{words}</p>
    </div>
  );
}

/** Once, when it is there: a longer list would have it out of sight. */
function bringIntoView(answer: HTMLElement | null): void {
  answer?.scrollIntoView({ block: 'nearest' });
}

function Missing({ session, node }: { readonly session: Session; readonly node: NodeState }): ReactNode {
  const [asked, setAsked] = useState<string>();
  const { state } = session;
  const missing = missingOf(state, node);
  const name = shortNames(state);
  const current = state.nodes.filter((other) => isKnowable(other, node));
  if (!isUp(node)) return null;
  return (
    <div className="why">
      <h3>
        Knows {current.length - missing.length} of {current.length} favourites
      </h3>
      <ul className="missing">
        {missing.slice(0, MAX_MISSING).map((origin) => (
          <li key={origin.address}>
            <button
              type="button"
              className="link"
              aria-expanded={asked === origin.address}
              onClick={() => setAsked(asked === origin.address ? undefined : origin.address)}
            >
              Why not {name(origin.address)}’s “{favoriteLine(origin.favorite)}”?
            </button>
            {asked === origin.address && <p ref={bringIntoView}>{whyNotCurrent(session, node, origin)}</p>}
          </li>
        ))}
      </ul>
      {missing.length > MAX_MISSING && <p className="faint">and {missing.length - MAX_MISSING} more</p>}
    </div>
  );
}

/** Those that can be reached and whose newest favourite it does not hold. */
function missingOf(state: NetworkState, node: NodeState): NodeState[] {
  return state.nodes.filter(
    (origin) => isKnowable(origin, node) && state.held(node.number, origin.number) < origin.version,
  );
}

/** Nobody is asked for the favourite of one that cannot be reached, but that one itself. */
function isKnowable(origin: NodeState, node: NodeState): boolean {
  return (canBeReached(origin) || origin === node) && origin.version > 0;
}

/** Why it does not hold another one's newest favourite. */
export function whyNotCurrent(session: Session, node: NodeState, origin: NodeState): string {
  const update = session.model.updates.all.findLast(
    (update) => update.origin === origin.address && update.key === undefined && update.version === origin.version,
  );
  if (update === undefined)
    return 'It was published before the first moment that is kept, so nothing is known of its way.';
  return whyWords(session, node.address, update.uuid);
}
