/** Of the lessons as data: that all they speak of happens in their runs. What the page makes of them is for test/processes/lessons.test.ts. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { simulate } from '../../../sim/simulate.ts';
import { decodeScenario } from '../scenario-address.ts';
import { lessonHash, lessonPlaceAt, playHash, runOf } from './lesson-address.ts';
import type { Moment, Step } from './lesson.ts';
import { LESSONS } from './lessons.ts';
import { RunFacts } from './run-facts.ts';
import { partsOf } from './step-text.ts';

const runs = new Map<string, RunFacts>();

function factsOf(address: string): RunFacts {
  const scenario = decodeScenario(address);
  const facts = runs.get(address) ?? new RunFacts(scenario, simulate(scenario));
  runs.set(address, facts);
  return facts;
}

function textsOf({ text, question }: Step): string[] {
  return [text, ...(question === undefined ? [] : [question.ask, ...question.options, question.reveal])];
}

test('docs/dashboard.md lists them as the page does', () => {
  const docs = readFileSync('docs/dashboard.md', 'utf8');
  const rows = LESSONS.map(({ title, about }, index) => new RegExp(`\\| ${index + 1}\\. ${title} +\\| ${about} +\\|`));
  expect(rows.filter((row) => !row.test(docs))).toEqual([]);
});

test('there are eight, each with an address of its own', () => {
  expect(LESSONS).toHaveLength(8);
  expect(new Set(LESSONS.map(({ id }) => id)).size).toBe(8);
});

describe.each(LESSONS)('$title', (lesson) => {
  const steps = lesson.steps.map((step, index) => ({ step, index, facts: factsOf(runOf(lesson, index)) }));

  test.each(steps)('step $index speaks of what happens in its run', ({ step, facts }) => {
    for (const text of textsOf(step)) {
      for (const part of partsOf(text)) {
        if (part.kind !== 'fact') continue;
        const shown = facts.textOf(part.name, part.book);
        expect([part.name, shown]).not.toEqual([part.name, expect.stringMatching(/NaN|Infinity|undefined|^-/)]);
      }
    }
    const isWithin = (moment: Moment): boolean => {
      const ms = facts.momentOf(moment);
      return ms >= 0 && ms <= facts.scenario.durationMs;
    };
    expect([step.until, ...(step.from === undefined ? [] : [step.from])].filter((each) => !isWithin(each))).toEqual([]);
    if (step.watch !== undefined) expect(facts.uuidOf(step.watch)).toBeTruthy();
    if (step.node !== undefined) expect(facts.nodeOf(step.node, step.watch)).toMatch(/^n\d+:/);
  });

  test('says one thing at a time: no step is longer than two or three sentences', () => {
    const lengths = lesson.steps.map(
      ({ text }) =>
        partsOf(text)
          .map((part) => (part.kind === 'fact' ? 'x' : part.words))
          .join('').length,
    );
    expect(lengths.filter((length) => length > 230)).toEqual([]);
  });

  test('asks a question whose options differ', () => {
    const questions = steps.flatMap(({ step, facts }) =>
      step.question === undefined ? [] : [{ question: step.question, facts }],
    );
    expect(questions).toHaveLength(1);
    for (const { question, facts } of questions) {
      const shown = question.options.map((option) => {
        return partsOf(option)
          .map((part) => (part.kind === 'fact' ? facts.textOf(part.name, part.book) : part.words))
          .join('');
      });
      expect(new Set(shown).size).toBe(shown.length);
      expect(question.options[question.answer]).toBeDefined();
    }
  });

  test('ends with a scenario to play with', () => {
    expect(decodeScenario(playHash(lesson)).durationMs).toBe(120_000);
  });
});

test('each step has an address, and what is no step leads to one', () => {
  for (const lesson of LESSONS) {
    for (const [index, step] of lesson.steps.entries()) {
      expect(lessonPlaceAt(lessonHash(lesson, index))).toEqual({ kind: 'step', lesson, index, step });
    }
    expect(lessonPlaceAt(`#lesson=${lesson.id}`)).toMatchObject({ index: 0 });
    expect(lessonPlaceAt(`#lesson=${lesson.id}&step=99`)).toMatchObject({ index: 0 });
  }
  expect(lessonPlaceAt('#lessons')).toEqual({ kind: 'list' });
  expect(lessonPlaceAt('#lesson=unheard-of&step=2')).toEqual({ kind: 'list' });
  expect(lessonPlaceAt('')).toBeUndefined();
  expect(lessonPlaceAt('#v=1&nodes=30')).toBeUndefined();
});
