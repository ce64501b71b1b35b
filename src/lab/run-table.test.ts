import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseScenario } from '../scenario/scenario-file.ts';
import { readResults, ResultsError, ResultsWriter, samplesOf, type RunRow } from './run-table.ts';
import type { SweepHead } from './sweep-head.ts';

const HEAD: SweepHead = {
  ...{ format: 2, version: '0.0.0', name: 'two, "quoted"', description: '', command: 'gossip sweep' },
  base: { nodes: 10 },
  scenario: parseScenario({ nodes: 10 }),
  warmUpUpdates: 0,
  varied: [
    { name: 'strategy', path: 'strategy', values: ['flood', 'random'] },
    { name: 'fanout', path: 'parameters.fanout', values: [3] },
  ],
  settings: [
    { number: 1, values: { strategy: 'flood' } },
    { number: 2, values: { strategy: 'random', fanout: 3 } },
  ],
  seeds: [1, 2],
  measures: ['coverageMean', 'deliveryTimeMsMax', 'wallMs'],
};

const row = (setting: 1 | 2, seed: number, measures: RunRow['measures']): RunRow => {
  return { setting, values: HEAD.settings[setting - 1]!.values, seed, measures };
};
const FIRST = row(1, 1, { coverageMean: 1, deliveryTimeMsMax: 120.5, wallMs: 7 });
const SECOND = row(2, 1, { coverageMean: 0.987654, wallMs: 123 });

let folder: string;
const file = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-table-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('a results folder', () => {
  test('gives back what was put in', () => {
    const writer = ResultsWriter.open(folder, HEAD, []);
    writer.add(SECOND);
    writer.add(FIRST);
    expect(readResults(folder)).toEqual({ head: HEAD, rows: [FIRST, SECOND] });
  });

  test('is a table for other readers: a row a run, an empty cell where something does not apply', () => {
    const writer = ResultsWriter.open(folder, HEAD, []);
    writer.add(FIRST);
    writer.add(SECOND);
    const lines = [
      'setting,strategy,fanout,seed,coverageMean,deliveryTimeMsMax,wallMs',
      '1,flood,,1,1,120.5,7',
      '2,random,3,1,0.987654,,123',
    ];
    expect(readFileSync(file('runs.csv'), 'utf8')).toBe(`${lines.join('\n')}\n`);
    const objects = readFileSync(file('runs.jsonl'), 'utf8').trimEnd().split('\n');
    expect(objects.map((line) => JSON.parse(line) as unknown)).toEqual([FIRST, SECOND]);
  });

  test('has the same files in the end, in whatever order the runs ended', () => {
    const contents = [
      [FIRST, SECOND],
      [SECOND, FIRST],
    ].map((rows) => {
      const writer = ResultsWriter.open(folder, HEAD, []);
      for (const each of rows) writer.add(each);
      writer.finish();
      return [readFileSync(file('runs.csv'), 'utf8'), readFileSync(file('runs.jsonl'), 'utf8')];
    });
    expect(contents[0]).toEqual(contents[1]);
  });

  test('counts a row only when it is whole, wherever it was cut off', () => {
    const writer = ResultsWriter.open(folder, HEAD, []);
    writer.add(FIRST);
    const before = readFileSync(file('runs.csv'), 'utf8');
    writer.add(SECOND);
    const after = readFileSync(file('runs.csv'), 'utf8');
    for (let length = before.length; length < after.length; length++) {
      writeFileSync(file('runs.csv'), after.slice(0, length));
      expect(readResults(folder).rows).toEqual([FIRST]);
    }
  });

  test('goes on after a row that was cut off', () => {
    ResultsWriter.open(folder, HEAD, []).add(FIRST);
    appendFileSync(file('runs.csv'), '2,random,3,1,0.98');
    appendFileSync(file('runs.jsonl'), '{"setting":2,');
    const { head, rows } = readResults(folder);
    ResultsWriter.open(folder, head, rows).add(SECOND);
    expect(readResults(folder).rows).toEqual([FIRST, SECOND]);
    expect(readFileSync(file('runs.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(2);
  });

  test.each<[string, () => void, RegExp]>([
    ['nothing', () => rmSync(file('sweep.json')), /holds no sweep/],
    ['no JSON', () => writeFileSync(file('sweep.json'), '{'), /cannot read .*sweep\.json/],
    ['a later format', () => writeFileSync(file('sweep.json'), '{"format": 3}'), /has format 3; this version reads 2/],
    ['other columns', () => writeFileSync(file('runs.csv'), 'setting,seed\n'), /has other columns/],
    [
      'a setting that is not there',
      () => appendFileSync(file('runs.csv'), '3,random,3,1,1,,\n'),
      /runs\.csv:2: not a run/,
    ],
    [
      'a seed that is not there',
      () => appendFileSync(file('runs.csv'), '2,random,3,9,1,,\n'),
      /runs\.csv:2: not a run/,
    ],
    ['a measure that is none', () => appendFileSync(file('runs.csv'), '2,random,3,1,much,,\n'), /:2: not a run/],
  ])('with %s is refused', (_what, spoil, line) => {
    ResultsWriter.open(folder, HEAD, []);
    spoil();
    expect(() => readResults(folder)).toThrow(ResultsError);
    expect(() => readResults(folder)).toThrow(line);
  });

  const edited = (path: readonly (string | number)[], value: unknown): string => {
    const put = (inner: unknown, [step, ...rest]: typeof path): unknown => {
      if (step === undefined) return value;
      const copy = Array.isArray(inner) ? [...(inner as unknown[])] : { ...(inner as object) };
      return Object.assign(copy, { [step]: put((copy as Record<string | number, unknown>)[step], rest) });
    };
    return JSON.stringify(put(HEAD, path));
  };

  test.each<[string, RegExp]>([
    ['null', /: expected an object with format, version, /],
    ['[]', /: expected an object with format, version, /],
    ['{}', /: format: expected a whole number from 1 to \d+, got nothing$/],
    ['{"format": "1"}', /: format: expected a whole number/],
    [edited(['more'], 1), /: more: there is no such field/],
    [edited(['version'], '\u001b[2J'), /: version: expected a text without control characters, got "\\u001b\[2J"$/],
    [edited(['seeds'], {}), /: seeds: expected a list of 1 to /],
    [edited(['seeds', 1], 1.5), /: seeds\[1\]: expected a whole number from 0 to /],
    [edited(['seeds', 1], 1), /: seeds\[1\]: expected each once, got 1$/],
    [edited(['measures', 0], 'constructor'), /: measures\[0\]: expected one of /],
    [edited(['varied', 0, 'name'], ''), /: varied\[0\]\.name: expected a text of 1 to /],
    [edited(['varied', 1, 'values'], [null]), /: varied\[1\]\.values\[0\]: expected /],
    [edited(['settings'], []), /: settings: expected a list of 1 to /],
    [edited(['settings', 1, 'number'], 1), /: settings\[1\]\.number: expected 2, got 1$/],
    [edited(['settings', 1, 'values'], { ttl: 3 }), /: settings\[1\]\.values: "ttl" is not among varied$/],
    [edited(['settings', 1, 'values', 'fanout'], 4), /\.values\.fanout: expected one of its values in varied, got 4$/],
    [edited(['scenario', 'nodes'], -1), /: scenario: nodes: expected a whole number/],
    [edited(['base'], 'kill-ten'), /: base: expected an object, got "kill-ten"$/],
  ])('whose sweep.json was made %s is refused by its field', (text, line) => {
    ResultsWriter.open(folder, HEAD, []);
    writeFileSync(file('sweep.json'), text);
    expect(() => readResults(folder)).toThrow(ResultsError);
    expect(() => readResults(folder)).toThrow(line);
    expect(() => readResults(folder)).toThrow(/^[^\n]+$/);
  });

  test('tells the samples of a setting by seed', () => {
    expect(samplesOf([FIRST, SECOND], 2, 'coverageMean')).toEqual(new Map([[1, 0.987654]]));
    expect(samplesOf([FIRST, SECOND], 2, 'deliveryTimeMsMax')).toEqual(new Map());
  });
});
