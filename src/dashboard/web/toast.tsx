/** What was done, or why not, over the page's foot: nothing moves for it. */
import type { ReactNode } from 'react';
import { oneLine, updateTitle } from '../model/words.ts';
import { useSession } from './use-session.ts';

export function Toast({ onWatch }: { readonly onWatch: () => void }): ReactNode {
  const session = useSession();
  const { notice } = session;
  const update = notice === undefined ? undefined : session.publishedBy(notice);
  const dismiss = (): void => session.change(() => (session.notice = undefined));
  return (
    <div className="toast" role="status" aria-live="polite">
      {notice !== undefined && (
        <p className={notice.isBad ? 'notice is-bad' : 'notice'}>
          <b aria-hidden="true">{notice.isBad ? '✕' : '✓'}</b>
          <span>
            {oneLine(notice.text)} {update !== undefined && <b>{updateTitle(update)}</b>}
          </span>
          {update !== undefined && (
            <button
              type="button"
              className="is-main"
              onClick={() => {
                session.watch(update.uuid);
                onWatch();
                dismiss();
              }}
            >
              Watch it
            </button>
          )}
          <button type="button" className="quiet" onClick={dismiss}>
            Dismiss
          </button>
        </p>
      )}
    </div>
  );
}
