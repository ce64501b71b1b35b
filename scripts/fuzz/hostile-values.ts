/** Values that have broken programs before: at bounds, of wrong types, with names that mean something to JavaScript, a terminal or HTTP. */
import { MAX_TTL, MAX_VERSION } from '../../src/core/index.ts';
import type { Draws } from './draws.ts';
import { Fields, Raw, type Tree } from './tree.ts';

const VISIBLE = 'abcXYZ019!#$%&()*+-./:;<=>?@[]^_`{|}~';

/** Names with a meaning, in the order of which lists them: JavaScript's, our own, and what is hard to print. */
export const ODD_NAMES: readonly string[] = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'toJSON', 'then', 'length'],
  ...['__defineGetter__', 'type', 'uuid', 'origin', 'version', 'payload', 'key', 'status', 'from', 'messages', 'port'],
  ...['', ' ', 'a b', 'null', 'undefined', 'NaN', '0', '-1', '../../etc/passwd', '%00', '${7*7}', '<script>', "';--"],
];

/** Control characters, escapes of terminals, line ends that only some take for one, halves of pairs. */
const ODD_TEXTS: readonly Tree[] = [
  ...[
    '\u001b[2J\u001b[H',
    '\u001b]0;title\u0007',
    '\u009b31m',
    'a\r\nb',
    'a\nb',
    '\u2028',
    '\u202e',
    '\u0000',
    '\b\b\b',
  ],
  ...['\ufeff', '\u200b', 'é', 'é', '😀', '👨‍👩‍👧‍👦', '\u007f', 'data: x\n\n', '\r\nHTTP/1.1 200 OK\r\n\r\n'],
  ...['"\\ud800"', '"\\udc00x"', '"\\u0000"', '"\\u001b[31m"', '"\\/"'].map((text) => new Raw(text)),
];

const NUMBERS: readonly Tree[] = [
  ...[-1, 0, 1, 2, 254, 255, 256, 0.5, -0.5, 1.5, 2 ** 31 - 1, 2 ** 31, 2 ** 32, MAX_TTL, MAX_TTL + 1],
  ...[MAX_VERSION - 1, MAX_VERSION, -MAX_VERSION, 1e300, -1e300, 5e-324, 8.64e15, 8.64e15 + 1, 253402300800000],
  ...['-0', '1e400', '-1e400', '9007199254740992', '9007199254740993', '1E5', '1.0', '1e0', '1e-400'],
  ...['01', '+1', '.5', '1.', '0x10', '1_000', 'NaN', 'Infinity', `1${'0'.repeat(400)}`, `0.${'3'.repeat(400)}`],
].map((value) => (typeof value === 'string' ? new Raw(value) : value));

export function oddNumber(draws: Draws): Tree {
  return draws.pick(NUMBERS);
}

export function oddText(draws: Draws): Tree {
  const kind = draws.below(10);
  if (kind < 5) return draws.pick(ODD_TEXTS);
  if (kind < 8) return draws.pick(ODD_NAMES);
  if (kind < 9) return draws.text(draws.below(80), VISIBLE);
  // About the bounds of names, addresses, payloads; now and then far beyond.
  const bound = draws.pick([64, 255, 259, 4096, draws.chance(5) ? 70_000 : 512]);
  return draws.pick(['x', 'é', '\u001b']).repeat(bound + draws.between(-1, 1));
}

export function deepNest(draws: Draws): Raw {
  const levels = draws.pick([15, 16, 17, 100, 1000, 5000]);
  const [open, shut] = draws.pick<readonly [string, string]>([
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"constructor":', '}]'],
  ]);
  const closing = draws.chance(80) ? shut.repeat(levels) : '';
  return new Raw(`${open.repeat(levels)}1${closing}`);
}

/** A name that must not be taken for an object's own machinery. */
export function pollution(draws: Draws): readonly [string, Tree] {
  const value = new Fields([['polluted', true]]);
  return draws.pick<readonly [string, Tree]>([
    ['__proto__', value],
    ['constructor', new Fields([['prototype', value]])],
    ['prototype', value],
    ['toString', 'x'],
    ['toJSON', 1],
    ['then', true],
    ['hasOwnProperty', null],
    ['length', -1],
  ]);
}

/** Of no type in particular. */
export function oddValue(draws: Draws): Tree {
  const kind = draws.below(12);
  if (kind < 3) return oddNumber(draws);
  if (kind < 6) return oddText(draws);
  if (kind < 8) return draws.pick<Tree>([null, true, false, [], new Fields([])]);
  if (kind < 9) return deepNest(draws);
  if (kind < 10) return new Fields([pollution(draws)]);
  if (kind < 11) return Array.from({ length: draws.between(1, 4) }, () => oddText(draws));
  return new Raw(draws.pick(['', ',', ':', '}', ']', 'undefined', "'a'", '/* a */ 1', 'tru', '"', '"\\x"', '\u0000']));
}
