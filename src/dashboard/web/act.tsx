/** Buttons that do something to the network. */
import { useId, useLayoutEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import type { Address } from '../../trace/views.ts';
import { MAX_PUBLISHED_LENGTH, type ActionTarget, type FeedAction } from '../feed.ts';
import { shortNames } from '../model/words.ts';
import type { Session } from './session.ts';
import { useSession } from './use-session.ts';

interface ActProps {
  readonly action: FeedAction;
  readonly target?: ActionTarget;
  /** There is nothing that it could be done to. */
  readonly isIdle?: boolean;
  readonly children: ReactNode;
}

/** When an earlier moment is looked at it waits for the present. */
export function Act({ action, target, isIdle = false, children }: ActProps): ReactNode {
  const session = useSession();
  const button = useRef<HTMLButtonElement>(null);
  // The keyboard's focus stays with the node when what was done takes the button away.
  useLayoutEffect(() => {
    const own = button.current;
    return () => {
      if (own !== null && own === document.activeElement) own.closest('aside')?.focus({ preventScroll: true });
    };
  }, []);
  return (
    <button
      ref={button}
      type="button"
      disabled={!session.canAct || isIdle}
      title={session.canAct ? undefined : whyNoAct(session)}
      onClick={() => session.act(action, target)}
    >
      {children}
    </button>
  );
}

/** Names what it would do next. */
export function SplitOrHeal(): ReactNode {
  const session = useSession();
  return session.isSplit ? <Act action="heal">Heal</Act> : <Act action="split">Split in two</Act>;
}

/** Asks for a text first. */
export function Publish({ node }: { readonly node?: Address }): ReactNode {
  const session = useSession();
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [text, setText] = useState('');
  const name = shortNames(session.state);
  const publish = (event: FormEvent): void => {
    event.preventDefault();
    const wanted = text.trim();
    session.act('publish', { ...(node !== undefined && { nodes: [node] }), ...(wanted !== '' && { text: wanted }) });
    setText('');
    form.current?.hidePopover();
  };
  return (
    <>
      <button
        type="button"
        disabled={!session.canAct}
        title={session.canAct ? undefined : whyNoAct(session)}
        popoverTarget={id}
      >
        Publish …
      </button>
      <form
        ref={form}
        id={id}
        popover="auto"
        className="publish"
        role="dialog"
        aria-label="Publish"
        onSubmit={publish}
        onToggle={({ newState, currentTarget }) => {
          if (newState === 'open') currentTarget.querySelector('input')?.focus();
        }}
      >
        <label>
          What should {node === undefined ? 'a random node' : name(node)} publish?
          <input
            value={text}
            maxLength={MAX_PUBLISHED_LENGTH}
            placeholder="Middlemarch by George Eliot"
            onChange={({ target }) => setText(target.value)}
          />
        </label>
        <p className="faint">Left empty, it is a book or a piece of news.</p>
        <p className="buttons">
          <button type="submit" className="is-main">
            Publish
          </button>
          <button type="button" popoverTarget={id} popoverTargetAction="hide">
            Cancel
          </button>
        </p>
      </form>
    </>
  );
}

function whyNoAct({ model, connection }: Session): string {
  if (model.phase !== 'open') return 'The run is over';
  return connection === 'open' ? 'Only when live' : 'Not connected';
}
