/**
 * A scenario's lists in an address, short enough to read: faults as `kill@3000:5;partition@20000:part0.5;heal@50000`, what is
 * published by hand as `7@5000:Middlemarch`. Texts in them are percent-encoded, so that `;`, `:` and `,` only separate.
 */
import type { Fault, Scenario, Selection } from '../../scenario/scenario.ts';

type Publication = Scenario['workload']['publish'][number];

/** What an address says that it cannot mean; one line. */
export class AddressError extends Error {}

export function faultText(fault: Fault): string {
  const words = [`${fault.do}@${fault.atMs}`];
  if ('nodes' in fault) words.push(selectionText(fault.nodes));
  switch (fault.do) {
    case 'slow':
      words.push(`${fault.factor}`);
      break;
    case 'drift':
      words.push(`${fault.rate}`);
      break;
    case 'lose':
      words.push(`${fault.chance}`);
      break;
    case 'churn':
      words.push(`${fault.killsPerSecond}`, `${fault.downMs}`, `${fault.untilMs}`);
      break;
    case 'kill':
    case 'leave':
    case 'pause':
    case 'resume':
    case 'restart':
    case 'partition':
    case 'heal':
      break;
  }
  if ('remember' in fault && fault.remember) words.push('remember');
  if ('oneWay' in fault && fault.oneWay) words.push('oneway');
  return words.join(':');
}

/** @returns what a scenario file would say; it is for the file's schema to judge. @throws AddressError */
export function readFault(text: string): object {
  const [head = '', ...words] = text.split(':');
  const [what = '', at] = head.split('@');
  const next = (name: string): number => readNumber(words.shift(), `${what}: ${name}`);
  const flag = (name: string): boolean => words[0] === name && words.shift() !== undefined;
  const fault = { do: what, atMs: readNumber(at, `${what || 'fault'}: the time after "@"`) };
  const rest = ((): object => {
    switch (what) {
      case 'heal':
        return {};
      case 'lose':
        return { chance: next('a chance') };
      case 'churn': {
        const [killsPerSecond, downMs, untilMs] = [next('kills a second'), next('time down'), next('end')];
        return { killsPerSecond, downMs, untilMs, remember: flag('remember') };
      }
      case 'slow':
        return { nodes: readSelection(words.shift(), what), factor: next('a factor') };
      case 'drift':
        return { nodes: readSelection(words.shift(), what), rate: next('a rate') };
      case 'partition':
        return { nodes: readSelection(words.shift(), what), oneWay: flag('oneway') };
      case 'restart':
        return { nodes: readSelection(words.shift(), what), remember: flag('remember') };
      default:
        return { nodes: readSelection(words.shift(), what) };
    }
  })();
  if (words.length > 0) throw new AddressError(`${what}: nothing is known of ${quoted(words[0])}`);
  return { ...fault, ...rest };
}

export function publicationText({ atMs, node, book }: Publication): string {
  return `${node}@${atMs}:${encodeURIComponent(book)}`;
}

export function readPublication(text: string): object {
  const [, node, atMs, book] = /^([^@]*)@([^:]*):(.*)$/.exec(text) ?? [];
  if (book === undefined) throw new AddressError(`expected NODE@TIME:TEXT, got ${quoted(text)}`);
  return { node: readNumber(node, 'the node'), atMs: readNumber(atMs, 'the time'), book: readText(book) };
}

function selectionText(selection: Selection): string {
  if ('count' in selection) return `any${selection.count}`;
  return 'part' in selection ? `part${selection.part}` : selection.join(',');
}

function readSelection(text: string | undefined, what: string): object {
  if (text === undefined) throw new AddressError(`${quoted(what)}: expected nodes, got nothing`);
  if (text.startsWith('any')) return { count: readNumber(text.slice(3), `${what}: a number after "any"`) };
  if (text.startsWith('part')) return { part: readNumber(text.slice(4), `${what}: a number after "part"`) };
  return text === '' ? [] : text.split(',').map((node) => readNumber(node, `${what}: a node`));
}

/** Of digits, in the way that JavaScript writes numbers, and in no other: 0.000001 has up to 24 after its point. */
export function readNumber(text: string | undefined, what: string): number {
  if (text !== undefined && /^\d{1,21}(\.\d{1,24})?(e[+-]?\d{1,3})?$/.test(text)) return Number(text);
  throw new AddressError(`${what}: expected a number, got ${quoted(text)}`);
}

export function readText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AddressError(`${quoted(text)} is no percent-encoded text`);
  }
}

export function quoted(text: string | undefined): string {
  return text === undefined ? 'nothing' : JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
