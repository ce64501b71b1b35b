/** Keys that work wherever the focus is, unless what has it needs that very key. */
import { useEffect, useRef } from 'react';
import type { Session } from './session.ts';

/** By the key's name, letters in lower case. */
export type PageKeys = { readonly [key: string]: (isShifted: boolean) => void };

const ARROWS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'];
const NOT_TEXT = ['range', 'radio', 'checkbox', 'button', 'submit', 'reset', 'file', 'color', 'image'];

export function usePageKeys(keys: PageKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const action = Object.hasOwn(latest.current, key) ? latest.current[key] : undefined;
      if (action === undefined || isNeeded(event.target, key)) return;
      action(event.shiftKey);
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

export function useSessionKeys(session: Session): void {
  usePageKeys({
    ' ': () => session.togglePlay(),
    ArrowLeft: (isShifted) => session.seek(session.nowMs - stepMs(session, isShifted)),
    ArrowRight: (isShifted) => session.seek(session.nowMs + stepMs(session, isShifted)),
    l: () => session.goLive(),
    End: () => session.goLive(),
    s: () => session.change(() => (session.isSelecting = !session.isSelecting)),
    Escape: () => session.stepBack(),
  });
}

/** A hundredth of a viewer's two seconds at the chosen speed: a step one can follow; with shift ten of them. */
function stepMs(session: Session, isLarge: boolean): number {
  return session.speed * 200 * (isLarge ? 10 : 1);
}

/** Does what has the focus do something with this key by itself? What handles keys in the page says so by `preventDefault`. */
function isNeeded(target: EventTarget | null, key: string): boolean {
  // What lies over the page closes first, and alone.
  if (key === 'Escape' && document.querySelector(':popover-open') !== null) return true;
  const control = target instanceof Element ? target.closest('input, textarea, select, button, summary') : null;
  if (target instanceof HTMLElement && target.isContentEditable) return true;
  if (control instanceof HTMLTextAreaElement) return true;
  if (control instanceof HTMLSelectElement) return key !== 'Escape';
  if (control instanceof HTMLInputElement) {
    if (!NOT_TEXT.includes(control.type)) return true;
    if (control.type === 'range' || control.type === 'radio') return [...ARROWS, 'Home', 'End', ' '].includes(key);
  }
  return control !== null && key === ' ';
}
