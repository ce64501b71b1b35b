/** What `gossip conform` tells: a line for each claim, what was sent and what came back where one fails, and the count. */
import type { Verdict } from '../conform/claim.ts';
import type { Address } from '../core/index.ts';
import { colorModeOf, toTerminal } from '../terminal/terminal-style.ts';
import type { Style } from '../terminal/styled-line.ts';
import { spanText } from '../text/spans.ts';
import { counted } from '../text/words.ts';
import { wrapped, type Page } from './sim-summary.ts';

const MARKS: { readonly [result in Verdict['result']]: readonly [mark: string, style: Style] } = {
  passed: ['✓', { color: 'green' }],
  failed: ['✗', { color: 'red', bold: true }],
  skipped: ['–', { color: 'yellow' }],
};
const GAP = '  ';
/** A sentence in less room than that goes below its claim. */
const MIN_SENTENCE = 30;

/** @param idWidth of the longest of the run */
export function verdictLines(verdict: Verdict, idWidth: number, page: Page): string[] {
  const { id, result, says, section, reason } = verdict;
  const [mark, style] = MARKS[result];
  const column = 2 + idWidth + GAP.length;
  const isBeside = page.width - column >= MIN_SENTENCE;
  const [first = '', ...more] = wrapped(says, isBeside ? page.width - column : page.width - 4);
  const head = `${painted(mark, style, page)} ${result === 'failed' ? painted(id.padEnd(idWidth), { bold: true }, page) : id.padEnd(idWidth)}`;
  const sentence = isBeside
    ? [`${head}${GAP}${first}`, ...more.map((line) => ' '.repeat(column) + line)]
    : [head.trimEnd(), ...[first, ...more].map((line) => `    ${line}`)];
  if (result === 'passed') return sentence;
  const { expected = '', sent = '', cameBack = '' } = verdict;
  const facts: readonly (readonly [string, string])[] =
    result === 'skipped'
      ? [['skipped', reason ?? '']]
      : [
          ['expected', expected],
          ['sent', sent],
          ['came back', cameBack],
          ['see', `docs/protocol.md, ${section}`],
        ];
  return [...sentence, ...facts.flatMap(([name, text]) => factLines(name, text, page))];
}

function factLines(name: string, text: string, page: Page): string[] {
  const [first = '', ...more] = cut(text, page.width - 15);
  return [
    `    ${painted(name.padEnd(9), { dim: true }, page)}  ${first}`,
    ...more.map((line) => `${' '.repeat(15)}${line}`),
  ];
}

/** Between words, but for JSON, which has none. */
function cut(text: string, width: number): string[] {
  if (!text.includes('{')) return wrapped(text, width);
  return Array.from({ length: Math.ceil(text.length / width) }, (_, i) => text.slice(i * width, (i + 1) * width));
}

export function countLine(verdicts: readonly Verdict[], tookMs: number, page: Page): string {
  const count = (result: Verdict['result']): number => verdicts.filter((verdict) => verdict.result === result).length;
  const [passed, failed, skipped] = [count('passed'), count('failed'), count('skipped')];
  const parts = [
    failed > 0 ? painted(`${failed} failed`, MARKS.failed[1], page) : '',
    painted(`${passed} passed`, passed > 0 ? MARKS.passed[1] : {}, page),
    skipped > 0 ? painted(`${skipped} skipped`, MARKS.skipped[1], page) : '',
  ].filter((part) => part !== '');
  return `${counted(verdicts.length, 'claim')}: ${parts.join(', ')}, in ${spanText(tookMs)}`;
}

export function conformJson(node: Address, verdicts: readonly Verdict[], tookMs: number): object {
  const count = (result: Verdict['result']): number => verdicts.filter((verdict) => verdict.result === result).length;
  return {
    address: node,
    levels: [...new Set(verdicts.map(({ level }) => level))],
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    tookMs: Math.round(tookMs),
    claims: verdicts,
  };
}

function painted(text: string, style: Style, { isStyled }: Page): string {
  return isStyled ? toTerminal([{ text, style }], colorModeOf(process.env)) : text;
}
