/** What leads through the page: a step of a lesson, their list, or on a phone a hint that there are lessons. */
import { useEffect, useId, useRef, useSyncExternalStore, type ReactNode } from 'react';
import { useNarrow } from '../../web/use-narrow.ts';
import { useSession } from '../../web/use-session.ts';
import { LIST_HASH, lessonHash } from '../lessons/lesson-address.ts';
import { LESSONS } from '../lessons/lessons.ts';
import { LessonStep } from './lesson-step.tsx';
import type { SimulatedRun } from './simulated-run.ts';

export function LessonGuide({ run }: { readonly run: SimulatedRun }): ReactNode {
  const { lesson: place, standing, address } = useSyncExternalStore(run.watch, run.shown);
  const session = useSession();
  const isNarrow = useNarrow();
  const kind = place?.kind;
  useEffect(() => {
    session.opensAtMs = kind === 'step' ? 0 : undefined;
    document.documentElement.dataset['guide'] = kind ?? 'none';
  }, [session, kind]);
  useFocusAfterLesson(kind);
  if (place === undefined) return isNarrow && <Hint />;
  if (place.kind === 'list') return <ListCard address={address} />;
  const { lesson, index } = place;
  return <LessonStep key={lesson.id} {...{ session, standing, lesson, index, isNarrow }} />;
}

/** What had the focus goes with the lesson: the view that is left open takes it. */
function useFocusAfterLesson(kind: 'list' | 'step' | undefined): void {
  const session = useSession();
  const before = useRef(kind);
  useEffect(() => {
    if (before.current === 'step' && kind === undefined) {
      session.change(() => {
        session.view = undefined;
        session.chosen.choose(undefined);
        session.colorBy = 'freshness';
        session.node = undefined;
        session.speed = 1;
        session.playhead = { mode: 'live' };
      });
      // When the view is there.
      requestAnimationFrame(() => document.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus());
    }
    before.current = kind;
  }, [session, kind]);
}

function Hint(): ReactNode {
  return (
    <p className="guide-hint">
      New here? <a href={lessonHash(LESSONS[0]!)}>Start with lesson 1</a> or see <a href={LIST_HASH}>all lessons</a>.
    </p>
  );
}

function ListCard({ address }: { readonly address: string }): ReactNode {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus({ preventScroll: true }), []);
  return (
    <section className="guide is-list" aria-label="Lessons">
      <header className="guide-head">
        <h2 ref={title} tabIndex={-1}>
          Lessons
        </h2>
        <a href={`#${address}`}>Close</a>
      </header>
      <LessonList />
    </section>
  );
}

/** The first part of the panel: what a newcomer presses first. */
export function LessonsPart({ run }: { readonly run: SimulatedRun }): ReactNode {
  const { lesson } = useSyncExternalStore(run.watch, run.shown);
  const id = useId();
  if (lesson !== undefined) return null;
  return (
    <section className="sim-part" aria-labelledby={id}>
      <h3 id={id}>Lessons</h3>
      <p className="guide-hint">
        New here? Start with lesson 1. Each lesson takes about three minutes, and you can play with its network at the
        end.
      </p>
      <LessonList />
    </section>
  );
}

function LessonList(): ReactNode {
  return (
    <ol className="lesson-list">
      {LESSONS.map((lesson, index) => (
        <li key={lesson.id}>
          <a href={lessonHash(lesson)}>
            <b>
              {index + 1}. {lesson.title}
            </b>
            <span>{lesson.about}</span>
          </a>
        </li>
      ))}
    </ol>
  );
}
