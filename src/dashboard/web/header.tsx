/** What is shown, how it fares in five numbers, and what may be done to it. */
import { useId, useRef, type ReactNode } from 'react';
import { countText } from '../../text/numbers.ts';
import { spanText } from '../../text/spans.ts';
import { counted } from '../../text/words.ts';
import type { TermId } from '../glossary.ts';
import { oneLine, populationWords } from '../model/words.ts';
import { standingAt } from '../model/update-log.ts';
import { Publish, SplitOrHeal } from './act.tsx';
import { KEY_HELP_ID } from './key-help.tsx';
import type { Session } from './session.ts';
import { Term } from './term.tsx';
import { useTheme, type Theme } from './theme.ts';
import { useNarrow } from './use-narrow.ts';
import { useSession } from './use-session.ts';

export interface HeaderProps {
  readonly onOpen: (file: File) => void;
  /** From a file that was opened back to where the page came from. */
  readonly onBack: (() => void) | undefined;
  readonly other: OtherPage | undefined;
}

/** The same server's other page. */
export interface OtherPage {
  readonly href: string;
  readonly title: string;
}

export function Header({ onOpen, onBack, other }: HeaderProps): ReactNode {
  const session = useSession();
  const { opened } = session.model;
  const actions = opened?.actions ?? [];
  return (
    <header className="header">
      <div className="brand">
        <h1>gossip</h1>
        <p className="source" title={opened === undefined ? '' : oneLine(opened.name)}>
          {opened === undefined ? 'no network yet' : `${SOURCES[opened.source]} ${oneLine(opened.name)}`}
        </p>
      </div>
      <Figures session={session} />
      {actions.length > 0 && (
        <div className="buttons">
          {actions.includes('publish') && <Publish />}
          {actions.includes('split') && <SplitOrHeal />}
        </div>
      )}
      <Tools onOpen={onOpen} onBack={onBack} other={other} />
      <Notices session={session} />
    </header>
  );
}

/** What concerns the page, not the network. On a phone they wait behind a button. */
function Tools({ onOpen, onBack, other }: HeaderProps): ReactNode {
  const isNarrow = useNarrow();
  const id = useId();
  const [theme, setTheme] = useTheme();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      {isNarrow && (
        <button type="button" popoverTarget={id}>
          Menu
        </button>
      )}
      <div className="tools" id={id} popover={isNarrow ? 'auto' : undefined}>
        {other !== undefined && <a href={other.href}>{other.title}</a>}
        {onBack !== undefined && (
          <button type="button" onClick={onBack}>
            Close file
          </button>
        )}
        <button
          type="button"
          onClick={() => picker.current?.click()}
          title="A trace: JSON lines. Or drop it on the page."
        >
          Open trace
        </button>
        <input
          ref={picker}
          type="file"
          accept=".jsonl,.ndjson,.json,.partial,.trace"
          aria-label="A recorded trace"
          hidden
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file !== undefined) onOpen(file);
            event.target.value = '';
          }}
        />
        {!isNarrow && (
          <button type="button" popoverTarget={KEY_HELP_ID} aria-label="Keys" title="Keys">
            ?
          </button>
        )}
        <label className="choice">
          <span className={isNarrow ? undefined : 'hidden-words'}>Colours</span>
          <select value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
            <option value="system">Auto</option>
            <option value="light">Light</option>
            <option value="dark">Dark</option>
          </select>
        </label>
      </div>
    </>
  );
}

const SOURCES = { live: 'Live:', recording: 'Recording', simulation: 'Simulation:' } as const;

function Figures({ session }: { readonly session: Session }): ReactNode {
  const { model, nowMs, state } = session;
  const { running, words } = populationWords(state);
  const joining = joiningOf(session);
  const latest = model.updates.all.findLast(({ publishedAt, isRefutation }) => publishedAt <= nowMs && !isRefutation);
  const standing = latest === undefined ? undefined : standingAt(latest, state, nowMs);
  const rate = model.rates.last(2_000, nowMs);
  const messages = rate.payloadPerSecond + rate.controlPerSecond;
  return (
    <dl className="figures">
      <Figure
        name="Nodes"
        value={state.nodes.length === 0 ? '–' : `${joining === undefined ? running : joining.count}`}
        unit={state.nodes.length === 0 ? '' : joining === undefined ? words : `of ${countText(joining.of)} joined`}
        isWhole
      />
      <Figure
        name="Latest update"
        value={standing === undefined ? '–' : `${standing.holders}/${standing.live}`}
        unit={standing === undefined ? '' : 'have it'}
        title="Of the nodes that can be reached"
      />
      <Figure
        name="Time to all"
        term="time-to-all"
        value={standing?.timeToAllMs === undefined ? '–' : spanText(standing.timeToAllMs)}
      />
      <Figure
        name="Messages"
        value={state.nodes.length === 0 ? '–' : countText(Math.round(messages))}
        unit={state.nodes.length === 0 ? '' : 'a second'}
        title={`${countText(Math.round(rate.payloadPerSecond))} of them carry an update`}
      />
      <Figure
        name="Redundancy"
        term="redundancy"
        value={rate.redundancy === undefined ? '–' : Math.max(0, rate.redundancy).toFixed(2)}
      />
    </dl>
  );
}

/** How many of those that are to take part have joined, until all have. */
function joiningOf({ model, state }: Session): { readonly count: number; readonly of: number } | undefined {
  const of = model.opened?.expected.length ?? 0;
  const count = state.nodes.filter(({ phase }) => phase !== 'unknown').length;
  return count < of ? { count, of } : undefined;
}

function Figure(props: {
  readonly name: string;
  readonly value: string;
  readonly unit?: string;
  readonly title?: string;
  readonly term?: TermId;
  /** Its unit says something that even a narrow screen has to say. */
  readonly isWhole?: boolean;
}): ReactNode {
  return (
    <div className={props.isWhole === true ? 'figure is-whole' : 'figure'} title={props.title} data-figure={props.name}>
      <dt>{props.term === undefined ? props.name : <Term id={props.term}>{props.name}</Term>}</dt>
      <dd>
        <b>{props.value}</b> <span>{props.unit}</span>
      </dd>
    </div>
  );
}

function Notices({ session }: { readonly session: Session }): ReactNode {
  const { model, connection } = session;
  return (
    <div className="notices" role="status" aria-live="polite">
      {connection === 'lost' && model.opened !== undefined && (
        <p className="notice is-warning">
          <b aria-hidden="true">!</b> The connection to the server is lost. Trying again; what you see is what was last
          told.
        </p>
      )}
      {model.phase === 'failed' && model.opened !== undefined && (
        <p className="notice is-bad">
          <b aria-hidden="true">✕</b> {oneLine(model.failure)}. What was told before is shown.
        </p>
      )}
      {model.strangeLines > 0 && (
        <p className="notice is-warning">
          <b aria-hidden="true">!</b> {counted(model.strangeLines, 'line')} of this file{' '}
          {model.strangeLines === 1 ? 'is no event and was' : 'are no events and were'} left out.
        </p>
      )}
    </div>
  );
}
