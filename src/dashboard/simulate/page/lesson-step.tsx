/** One step of a lesson: what it says, its question, and the way to the steps around it. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { usePageKeys } from '../../web/keys.ts';
import type { Session } from '../../web/session.ts';
import { Term } from '../../web/term.tsx';
import { LIST_HASH, lessonHash, playHash } from '../lessons/lesson-address.ts';
import type { Lesson, Question } from '../lessons/lesson.ts';
import { LESSONS } from '../lessons/lessons.ts';
import type { RunFacts } from '../lessons/run-facts.ts';
import { partsOf } from '../lessons/step-text.ts';
import type { Standing } from '../session-messages.ts';
import { useLessonPlayer, type Player } from './lesson-player.ts';

interface StepProps {
  readonly session: Session;
  readonly standing: Standing | undefined;
  readonly lesson: Lesson;
  readonly index: number;
  readonly isNarrow: boolean;
}

export function LessonStep({ session, standing, lesson, index, isNarrow }: StepProps): ReactNode {
  const player = useLessonPlayer(session, standing, lesson, index, isNarrow);
  const [last, setGuess] = useState<{ readonly index: number; readonly option: number }>();
  const guess = last?.index === index ? last.option : undefined;
  const step = lesson.steps[index]!;
  const { highlight } = step;
  useEffect(() => {
    const root = document.documentElement.dataset;
    if (highlight === undefined) delete root['highlight'];
    else root['highlight'] = highlight;
    return () => void delete root['highlight'];
  }, [highlight]);
  return (
    <section className="guide" aria-label={`Lesson: ${lesson.title}`} data-stage={player.stage}>
      <Head lesson={lesson} index={index} />
      <div className="guide-body" aria-live="polite" aria-busy={player.stage === 'loading'}>
        <p>
          <StepText text={step.text} facts={player.facts} />
        </p>
        {step.question !== undefined && (
          <Ask
            question={step.question}
            player={player}
            guess={guess}
            onGuess={(option) => setGuess({ index, option })}
          />
        )}
      </div>
      <Way lesson={lesson} index={index} player={player} />
    </section>
  );
}

function Head({ lesson, index }: Pick<StepProps, 'lesson' | 'index'>): ReactNode {
  const title = useRef<HTMLHeadingElement>(null);
  // Where a lesson begins, and where a step has taken away what had the focus: “Next” keeps it from step to step.
  useEffect(() => title.current?.focus({ preventScroll: true }), [lesson]);
  useEffect(() => {
    if (document.activeElement === document.body) title.current?.focus({ preventScroll: true });
  }, [index]);
  return (
    <header className="guide-head">
      <h2 ref={title} tabIndex={-1}>
        <span className="faint">
          Lesson {LESSONS.indexOf(lesson) + 1}
          <span className="hidden-words">:</span>
        </span>{' '}
        {lesson.title}
        <span className="hidden-words">
          , step {index + 1} of {lesson.steps.length}
        </span>
      </h2>
      <ol className="guide-steps" aria-label="Steps">
        {lesson.steps.map((step, other) => (
          <li key={step.text} className={other === index ? 'is-current' : undefined}>
            <a
              href={lessonHash(lesson, other)}
              aria-current={other === index ? 'step' : undefined}
              className={other < index ? 'is-past' : undefined}
              title={`Step ${other + 1}`}
            >
              <span className="hidden-words">
                Step {other + 1} of {lesson.steps.length}
              </span>
            </a>
          </li>
        ))}
      </ol>
      <a href={LIST_HASH}>All lessons</a>
    </header>
  );
}

/** Predict, then see. */
function Ask(props: {
  readonly question: Question;
  readonly player: Player;
  readonly guess: number | undefined;
  readonly onGuess: (option: number) => void;
}): ReactNode {
  const { question, player, guess, onGuess } = props;
  const { stage, facts } = player;
  const isRevealed = stage === 'there';
  const isRight = guess === question.answer;
  return (
    <>
      <fieldset className="guide-ask">
        <legend>
          <StepText text={question.ask} facts={facts} />
        </legend>
        {question.options.map((option, index) => (
          <button
            key={option}
            type="button"
            aria-pressed={guess === index}
            aria-disabled={stage !== 'asking'}
            className={isRevealed && index === question.answer ? 'is-right' : undefined}
            onClick={() => {
              if (stage !== 'asking') return;
              onGuess(index);
              player.play();
            }}
          >
            {isRevealed && index === question.answer && <span aria-hidden="true">✓ </span>}
            <StepText text={option} facts={facts} />
          </button>
        ))}
        {stage === 'asking' && (
          <button type="button" className="link" onClick={() => player.play()}>
            Just show me
          </button>
        )}
      </fieldset>
      {stage === 'playing' && <p className="faint">Watch …</p>}
      {isRevealed && (
        <p className="guide-reveal">
          {guess !== undefined && <b>{isRight ? 'Right! ' : 'Not quite. '}</b>}
          <StepText text={question.reveal} facts={facts} />
        </p>
      )}
    </>
  );
}

function Way({ lesson, index, player }: Pick<StepProps, 'lesson' | 'index'> & { readonly player: Player }): ReactNode {
  const before = index === 0 ? undefined : lessonHash(lesson, index - 1);
  const isLast = index === lesson.steps.length - 1;
  const following = LESSONS[LESSONS.indexOf(lesson) + 1];
  const next = isLast ? playHash(lesson) : lessonHash(lesson, index + 1);
  usePageKeys({
    n: () => void (isLast || (location.hash = next)),
    p: () => void (before !== undefined && (location.hash = before)),
  });
  return (
    <nav className="guide-way" aria-label="Through the lesson">
      {before !== undefined && <a href={before}>Back</a>}
      {player.stage === 'playing' ? (
        <button type="button" onClick={() => player.skip()}>
          Skip
        </button>
      ) : (
        player.stage === 'there' &&
        !isLast && (
          <button type="button" onClick={() => player.play()}>
            Replay
          </button>
        )
      )}
      <span className="guide-space" />
      {isLast && following !== undefined && <a href={lessonHash(following)}>Next lesson</a>}
      <a className="is-main" href={next} key={isLast ? 'play' : 'next'}>
        {isLast ? 'Play with it' : 'Next'}
      </a>
    </nav>
  );
}

function StepText({ text, facts }: { readonly text: string; readonly facts: RunFacts | undefined }): ReactNode {
  return partsOf(text).map((part, index) => {
    switch (part.kind) {
      case 'words':
        return part.words;
      case 'term':
        return (
          <Term key={index} id={part.id}>
            {part.words}
          </Term>
        );
      case 'fact': {
        const { name, book } = part;
        return (
          <b key={index} className="fact" data-fact={book === undefined ? name : `${name} ${book}`}>
            {facts?.textOf(name, book) ?? '…'}
          </b>
        );
      }
    }
  });
}
