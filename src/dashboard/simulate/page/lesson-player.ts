/** Shows a step of a lesson in the page's views: sets what they show, plays the run to the step's moment, and stops there. */
import { useEffect, useMemo, useState } from 'react';
import type { RunEvent } from '../../../trace/trace-event.ts';
import type { Fact } from '../../model/fact.ts';
import { SPEEDS } from '../../model/playhead.ts';
import type { Session } from '../../web/session.ts';
import { prefersLessMotion } from '../../web/theme.ts';
import { runOf } from '../lessons/lesson-address.ts';
import type { Lesson, Step } from '../lessons/lesson.ts';
import { RunFacts } from '../lessons/run-facts.ts';
import { decodeScenario } from '../scenario-address.ts';
import type { Standing } from '../session-messages.ts';

/** How long a step plays, about: speeds are a third apart. */
const PLAY_MS = 3_000;

/** `loading`: its run is not over yet; `asking`: its question is not answered; `there`: the run stands at its moment. */
export type Stage = 'loading' | 'asking' | 'playing' | 'there';

export interface Player {
  readonly stage: Stage;
  readonly facts: RunFacts | undefined;
  /** Plays the step, once its question is answered; and again. */
  play(): void;
  /** To where playing would stop. */
  skip(): void;
}

export function useLessonPlayer(
  session: Session,
  standing: Standing | undefined,
  lesson: Lesson,
  index: number,
  isNarrow: boolean,
): Player {
  const facts = useFacts(session, standing, runOf(lesson, index));
  const step = lesson.steps[index]!;
  const fresh = { index, isAnswered: step.question === undefined, plays: 0, isSkipped: false };
  const [last, setLast] = useState(fresh);
  const wanted = last.index === index ? last : fresh;
  const { isAnswered, plays, isSkipped } = wanted;
  /** Which playing has come to its end. */
  const [ended, setEnded] = useState('');
  const playing = `${index} ${isAnswered} ${plays} ${isSkipped}`;
  useEffect(() => {
    if (facts === undefined) return;
    const { fromMs, untilMs } = spanOf(facts, lesson, index);
    show(session, facts, lesson.steps[index]!, isNarrow);
    setEnded('');
    if (!isAnswered) return stand(session, fromMs);
    if (isSkipped || prefersLessMotion() || untilMs - fromMs < 1) {
      stand(session, untilMs);
      return setEnded(playing);
    }
    return playBetween(session, fromMs, untilMs, () => setEnded(playing));
  }, [session, facts, lesson, index, isNarrow, isAnswered, isSkipped, playing]);
  const isThere = ended === playing;
  return {
    stage: facts === undefined ? 'loading' : !isAnswered ? 'asking' : isThere ? 'there' : 'playing',
    facts,
    play: () => setLast({ ...wanted, isAnswered: true, plays: plays + 1, isSkipped: false }),
    skip: () => setLast({ ...wanted, isSkipped: true }),
  };
}

/** Of the run, when it is over and the page has been told all of it. */
function useFacts(session: Session, standing: Standing | undefined, address: string): RunFacts | undefined {
  const scenario = useMemo(() => decodeScenario(address), [address]);
  const { model } = session;
  const isOver =
    model.phase === 'ended' &&
    standing?.isDone === true &&
    JSON.stringify(standing.scenario) === JSON.stringify(scenario);
  const { timeline } = model;
  return useMemo(
    () => (isOver ? new RunFacts(scenario, eventsOf(timeline.between(-Infinity, Infinity))) : undefined),
    [isOver, scenario, timeline],
  );
}

function* eventsOf(facts: Iterable<Fact>): Iterable<RunEvent> {
  for (const fact of facts) if (fact.type !== 'snapshot' && fact.type !== 'reach') yield fact;
}

function spanOf(facts: RunFacts, lesson: Lesson, index: number): { readonly fromMs: number; readonly untilMs: number } {
  const step = lesson.steps[index]!;
  const before = lesson.steps[index - 1];
  const untilMs = facts.momentOf(step.until);
  const isSameRun = before !== undefined && step.run === undefined;
  const from = step.from ?? (isSameRun ? before.until : step.until);
  return { fromMs: Math.min(untilMs, facts.momentOf(from)), untilMs };
}

/** A phone has room for the graph alone. */
function show(session: Session, facts: RunFacts, step: Step, isNarrow: boolean): void {
  const { watch, node, view = 'updates' } = step;
  session.change(() => {
    session.chosen.choose(watch === undefined ? undefined : facts.uuidOf(watch));
    session.colorBy = step.colorBy ?? (watch === undefined ? 'freshness' : 'update');
    session.node = node === undefined ? undefined : facts.nodeOf(node, watch);
    session.view = isNarrow ? 'graph' : view;
  });
}

function stand(session: Session, atMs: number): void {
  session.change(() => (session.playhead = { mode: 'paused', atMs }));
}

/** @returns how to call it off */
function playBetween(session: Session, fromMs: number, untilMs: number, onThere: () => void): () => void {
  session.change(() => {
    session.speed = nearestSpeed((untilMs - fromMs) / PLAY_MS);
    session.playhead = { mode: 'playing', atMs: fromMs };
  });
  const stop = session.onFrame(() => {
    if (session.nowMs < untilMs) return;
    stop();
    if (session.playhead.mode === 'playing') stand(session, untilMs);
    onThere();
  });
  return stop;
}

function nearestSpeed(wanted: number): number {
  const farness = (speed: number): number => Math.abs(Math.log(speed / wanted));
  return SPEEDS.reduce<number>((best, speed) => (farness(speed) < farness(best) ? speed : best), SPEEDS[0]);
}
