/** The updates so far, the newest first: how far each has come, and a wave to watch. */
import { useState, type ReactNode } from 'react';
import type { NetworkState } from '../../model/network-state.ts';
import { standingAt, type UpdateStanding } from '../../model/update-log.ts';
import { favoriteLine, counted, momentText, shortNames, spanText } from '../../model/words.ts';
import type { Session } from '../session.ts';
import { useSession } from '../use-session.ts';

/** Each costs a look at every node, several times a second. */
const MAX_SHOWN = 60;

export function Updates(): ReactNode {
  const session = useSession();
  const [filter, setFilter] = useState('');
  const { model, nowMs, state } = session;
  const name = shortNames(state);
  const wanted = filter.trim().toLowerCase();
  const published = model.updates.all.filter(
    ({ publishedAt, payload, origin, isRefutation, uuid }) =>
      (publishedAt <= nowMs || uuid === session.chosen.uuid) &&
      !isRefutation &&
      `${favoriteLine(payload)} ${name(origin)}`.toLowerCase().includes(wanted),
  );
  const shown = published.slice(-MAX_SHOWN).reverse();
  return (
    <div className="updates">
      <div className="panel-head">
        <label className="choice grows">
          <span className="hidden-words">Find an update</span>
          <input
            type="search"
            placeholder="Find an update"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
          />
        </label>
        <p className="faint">
          {published.length > shown.length
            ? `the newest ${shown.length} of ${counted(published.length, 'update')}`
            : counted(published.length, 'update')}
        </p>
      </div>
      {session.chosen.uuid !== undefined && <Chosen session={session} state={state} />}
      {shown.length === 0 && (
        <p className="words">
          {wanted === '' ? 'Nobody has told anything new up to this moment.' : 'No update matches.'}
        </p>
      )}
      <ol className="update-list">
        {shown.map((update) => (
          <UpdateRow
            key={update.uuid}
            session={session}
            standing={standingAt(update, state, nowMs)}
            name={name}
            isChosen={update.uuid === session.chosen.uuid}
          />
        ))}
      </ol>
    </div>
  );
}

function UpdateRow(props: {
  readonly session: Session;
  readonly standing: UpdateStanding;
  readonly name: (address: string) => string;
  readonly isChosen: boolean;
}): ReactNode {
  const { session, standing, name, isChosen } = props;
  const { update, holders, live, copies, timeToAllMs } = standing;
  const isYetToCome = update.publishedAt > session.nowMs;
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
          {favoriteLine(update.payload) || 'something without content'}
          {update.key !== undefined && <span className="faint"> {update.key}</span>}
        </span>
        <span className="by">
          {name(update.origin)} v{update.version} · {momentText(update.publishedAt, session.model.opened?.epochMs)}
        </span>
        <Coverage share={share} />
        <span className="facts">
          {isYetToCome
            ? 'not published yet'
            : `${holders}/${live} have it · ${timeToAllMs === undefined ? 'not all yet' : `all in ${spanText(timeToAllMs)}`} · ${counted(copies, 'copy', 'copies')}`}
        </span>
      </button>
      <button type="button" className="watch" onClick={() => session.watch(update.uuid)}>
        Watch<span className="hidden-words"> {favoriteLine(update.payload)} cross the network</span>
      </button>
    </li>
  );
}

function Coverage({ share }: { readonly share: number }): ReactNode {
  return (
    <span className="coverage" aria-hidden="true">
      <span style={{ inlineSize: `${share * 100}%` }} />
    </span>
  );
}

/** The chosen update in numbers, at the moment shown. */
function Chosen({ session, state }: { readonly session: Session; readonly state: NetworkState }): ReactNode {
  const { model, nowMs, chosen } = session;
  const update = model.updates.find(chosen.uuid ?? '');
  if (update === undefined) return <p className="words">The chosen update is no longer kept.</p>;
  const { holders, live, copies, duplicates, lost } = standingAt(update, state, nowMs);
  const age = nowMs - update.publishedAt;
  return (
    <section className="chosen" aria-label="The chosen update">
      <p>
        <b>{favoriteLine(update.payload) || 'something without content'}</b>{' '}
        {age < 0 ? `will be published in ${spanText(-age)}` : `${spanText(age)} after it was published`}
      </p>
      <dl>
        <Count name="hold it" value={`${holders}/${live}`} />
        <Count name="copies" value={copies} />
        <Count name="not needed" value={duplicates} />
        <Count name="lost" value={lost} />
        <Count name="last hop" value={update.lastHop} />
      </dl>
      <p className="buttons">
        <button type="button" className="is-main" onClick={() => session.watch(update.uuid)}>
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

function Count({ name, value }: { readonly name: string; readonly value: string | number }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
