/** The updates so far, the newest first: how far each has come, and a wave to watch. */
import { memo, useCallback, useState, type ReactNode } from 'react';
import { momentText, spanText } from '../../../text/spans.ts';
import { counted } from '../../../text/words.ts';
import type { NetworkState } from '../../model/network-state.ts';
import { standingAt, type UpdateStanding } from '../../model/update-log.ts';
import { shortNames, updateTitle } from '../../model/words.ts';
import type { Session } from '../session.ts';
import { useSession } from '../use-session.ts';
import { SearchedList } from './searched-list.tsx';

/** Each costs a look at every node, several times a second. */
const MAX_SHOWN = 60;

/** @param props `onWatch` is called when a wave begins to be watched: in the graph, which may have to be shown for it */
export function Updates({ onWatch }: { readonly onWatch: () => void }): ReactNode {
  const session = useSession();
  const watch = useCallback(
    (uuid: string) => {
      session.watch(uuid);
      onWatch();
    },
    [session, onWatch],
  );
  const [filter, setFilter] = useState('');
  const { model, nowMs, state } = session;
  const name = shortNames(state);
  const wanted = filter.trim().toLowerCase();
  const published = model.updates.all.filter(
    ({ publishedAt, isRefutation, uuid }) => (publishedAt <= nowMs || uuid === session.chosen.uuid) && !isRefutation,
  );
  const found =
    wanted === ''
      ? published
      : published.filter((update) =>
          `${updateTitle(update)} ${name(update.origin)}/${update.version}`.toLowerCase().includes(wanted),
        );
  const shown = found.slice(-MAX_SHOWN).reverse();
  return (
    <SearchedList
      className="updates"
      search={filter}
      onSearch={setFilter}
      placeholder="Find an update"
      count={countWords(shown.length, found.length, published.length)}
      emptyBecause={
        published.length === 0
          ? 'Nobody has told anything new up to this moment.'
          : found.length === 0
            ? 'No update matches.'
            : undefined
      }
    >
      {session.chosen.uuid !== undefined && <Chosen session={session} state={state} onWatch={watch} />}
      <ol className="update-list">
        {shown.map((update) => {
          const { holders, live, copies, timeToAllMs } = standingAt(update, state, nowMs);
          return (
            <UpdateRow
              key={update.uuid}
              {...{ session, update, holders, live, copies, timeToAllMs }}
              origin={name(update.origin)}
              isChosen={update.uuid === session.chosen.uuid}
              isYetToCome={update.publishedAt > nowMs}
              onWatch={watch}
            />
          );
        })}
      </ol>
    </SearchedList>
  );
}

function countWords(shown: number, found: number, published: number): string {
  if (shown < found) return `newest ${shown} of ${counted(found, 'update')}`;
  return found < published ? `${found} of ${counted(published, 'update')}` : counted(published, 'update');
}

interface UpdateRowProps extends Pick<UpdateStanding, 'update' | 'holders' | 'live' | 'copies'> {
  readonly session: Session;
  readonly timeToAllMs: number | undefined;
  readonly origin: string;
  readonly isChosen: boolean;
  readonly isYetToCome: boolean;
  readonly onWatch: (uuid: string) => void;
}

/** Drawn anew only when what it says has changed: most that are listed are as they were a moment ago. */
const UpdateRow = memo(function UpdateRow(props: UpdateRowProps): ReactNode {
  const { session, update, holders, live, copies, timeToAllMs, origin, isChosen, isYetToCome, onWatch } = props;
  const share = live === 0 ? 0 : holders / live;
  return (
    <li className={isChosen ? 'update is-chosen' : 'update'}>
      <button
        type="button"
        className="update-main"
        aria-pressed={isChosen}
        onClick={() => session.chooseUpdate(isChosen ? undefined : update.uuid)}
      >
        <span className="title">
          {updateTitle(update)}
          {update.key !== undefined && <span className="faint"> {update.key}</span>}
        </span>
        <span className="by">
          {origin}/{update.version} · {momentText(update.publishedAt, session.model.opened?.epochMs)}
        </span>
        <Coverage share={share} />
        <span className="facts">
          {isYetToCome
            ? 'not published yet'
            : `${holders}/${live} have it · ${timeToAllMs === undefined ? 'not all yet' : `all in ${spanText(timeToAllMs)}`} · ${counted(copies, 'copy', 'copies')}`}
        </span>
      </button>
      <button type="button" className="watch" onClick={() => onWatch(update.uuid)}>
        Watch<span className="hidden-words"> {updateTitle(update)} cross the network</span>
      </button>
    </li>
  );
});

function Coverage({ share }: { readonly share: number }): ReactNode {
  return (
    <span className="coverage" aria-hidden="true">
      <span style={{ inlineSize: `${share * 100}%` }} />
    </span>
  );
}

/** The chosen update in numbers, at the moment shown. */
function Chosen(props: {
  readonly session: Session;
  readonly state: NetworkState;
  readonly onWatch: (uuid: string) => void;
}): ReactNode {
  const { session, state, onWatch } = props;
  const { model, nowMs, chosen } = session;
  const update = model.updates.find(chosen.uuid ?? '');
  if (update === undefined) return <p className="words">The chosen update is no longer kept.</p>;
  const { holders, live, copies, duplicates, lost } = standingAt(update, state, nowMs);
  const age = nowMs - update.publishedAt;
  return (
    <section className="chosen" aria-label="The chosen update">
      <p>
        <b>{updateTitle(update)}</b>{' '}
        {age < 0 ? `will be published in ${spanText(-age)}` : `${spanText(age)} after it was published`}
      </p>
      <dl>
        <Count name="hold it" value={`${holders}/${live}`} />
        <Count name="copies" value={copies} />
        <Count name="not needed" value={duplicates} />
        <Count name="lost" value={lost} />
        <Count name="last hop" value={lastHopAt(session, state)} />
      </dl>
      <p className="buttons">
        <button type="button" className="is-main" onClick={() => onWatch(update.uuid)}>
          Watch the wave
        </button>
        <button type="button" onClick={() => session.chooseUpdate(undefined)}>
          Done
        </button>
      </p>
      <p className="faint">Choose a node to read how it came there, or why it did not.</p>
    </section>
  );
}

/** The most sends that a copy has made to a node that took it, up to the moment shown. */
function lastHopAt({ chosen, nowMs }: Session, state: NetworkState): number {
  return state.nodes.reduce((last, { address }) => {
    return Math.max(last, chosen.history?.deliveryAt(address, nowMs)?.hops ?? 0);
  }, 0);
}

function Count({ name, value }: { readonly name: string; readonly value: string | number }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
