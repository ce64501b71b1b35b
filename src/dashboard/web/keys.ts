/** Keys that work wherever the focus is, unless something there takes them for itself. */
import { useEffect } from 'react';
import type { Session } from './session.ts';

const TAKES_KEYS = 'input, select, textarea, button, a, summary, [role="slider"], [role="grid"], [role="tab"]';

export function useKeys(session: Session): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target instanceof Element ? event.target : undefined;
      if (target?.closest(TAKES_KEYS) !== undefined && target?.closest(TAKES_KEYS) !== null) return;
      if (event.key === ' ') session.togglePlay();
      else if (event.key === 'ArrowLeft') session.seek(session.nowMs - stepMs(session, event.shiftKey));
      else if (event.key === 'ArrowRight') session.seek(session.nowMs + stepMs(session, event.shiftKey));
      else if (event.key === 'l' || event.key === 'End') session.goLive();
      else if (event.key === 'Escape') session.choose(undefined);
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [session]);
}

/** A hundredth of a viewer's two seconds at the chosen speed: a step one can follow; with shift ten of them. */
export function stepMs(session: Session, isLarge: boolean): number {
  return session.speed * 200 * (isLarge ? 10 : 1);
}
