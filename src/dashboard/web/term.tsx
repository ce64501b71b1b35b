/** A word that the glossary explains: its explanation is read with it, and shown by a pointer over it, a tap or Enter. Escape closes it. */
import { useEffect, useId, useRef, type MouseEvent, type ReactNode } from 'react';
import { glossaryEntry, type TermId } from '../glossary.ts';

/** A pointer that only crosses the word opens nothing. */
const HOVER_MS = 200;
const MARGIN_PX = 8;

export function Term({ id, children }: { readonly id: TermId; readonly children: ReactNode }): ReactNode {
  const { name, text } = glossaryEntry(id);
  const tipId = useId();
  const word = useRef<HTMLButtonElement>(null);
  const tip = useRef<HTMLSpanElement>(null);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const isOpen = (): boolean => tip.current?.matches(':popover-open') === true;
  const close = (): void => {
    clearTimeout(timer.current);
    if (isOpen()) tip.current?.hidePopover();
  };
  const open = (): void => {
    if (word.current === null || tip.current === null || isOpen()) return;
    tip.current.showPopover();
    placeBeside(tip.current, word.current.getBoundingClientRect());
    addEventListener('scroll', close, { capture: true, once: true });
  };
  const onClick = (event: MouseEvent): void => {
    // Inside of a label it would press what that belongs to.
    event.preventDefault();
    const isByKey = event.detail === 0;
    if (isByKey && isOpen()) close();
    else open();
  };
  return (
    <>
      <button
        type="button"
        className="term"
        ref={word}
        aria-describedby={tipId}
        onClick={onClick}
        onPointerEnter={({ pointerType }) => {
          if (pointerType === 'mouse') timer.current = window.setTimeout(open, HOVER_MS);
        }}
        onPointerLeave={({ pointerType }) => {
          if (pointerType === 'mouse') close();
        }}
      >
        {children}
      </button>
      <span className="tip" popover="auto" role="tooltip" id={tipId} ref={tip}>
        <b>{name}</b> {text}
      </span>
    </>
  );
}

/** Below the word, or above it where that would leave the screen. */
function placeBeside(tip: HTMLElement, word: DOMRect): void {
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.max(MARGIN_PX, Math.min(word.left, innerWidth - width - MARGIN_PX));
  const below = word.bottom + 6;
  tip.style.left = `${left}px`;
  tip.style.top = `${below + height + MARGIN_PX <= innerHeight ? below : Math.max(MARGIN_PX, word.top - height - 6)}px`;
}
