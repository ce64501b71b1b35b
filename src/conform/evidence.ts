/** How what was sent, and what came back, is written for people. */
import type { Address } from '../core/index.ts';
import { Broken } from './claim.ts';
import type { Answer, Question } from './exchange.ts';

const MAX_SHOWN = 400;

/** A body in one line that is not too long, with nothing in it that a terminal would obey. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : Buffer.isBuffer(value) ? value.toString('latin1') : writeOut(value);
  // eslint-disable-next-line no-control-regex
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) => JSON.stringify(c).slice(1, -1));
  return line.length <= MAX_SHOWN ? line : `${line.slice(0, MAX_SHOWN)}… (${line.length} characters)`;
}

function writeOut(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

export function questionText({ method, path, headers, body }: Question): string {
  const type = headers?.['content-type'];
  const said = type === undefined || type === 'application/json' ? '' : ` (content-type: ${shown(type)})`;
  return `${method} ${path}${said}${body === undefined ? '' : ` ${shown(body)}`}`;
}

export function answerText(answer: Answer | undefined): string {
  return answer === undefined ? 'no answer' : `HTTP ${answer.status} ${shown(answer.text)}`.trim();
}

/** What one of our peers was told. */
export function toldText(messages: readonly { readonly to: Address; readonly body: unknown }[]): string {
  if (messages.length === 0) return 'nothing';
  const [first] = messages;
  const rest = messages.length === 1 ? '' : `, and ${messages.length - 1} more`;
  return first === undefined ? 'nothing' : `${shown(first.body)} to ${first.to}${rest}`;
}

/** @throws {Broken} */
export function broken(expected: string, sent: string | Question, cameBack: string | Answer | undefined): never {
  throw new Broken({
    expected,
    sent: typeof sent === 'string' ? sent : questionText(sent),
    cameBack: typeof cameBack === 'string' ? cameBack : answerText(cameBack),
  });
}
