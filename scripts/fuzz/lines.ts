/** What is said on a stream: its first line, and the others. */
import { MAX_BODY_BYTES } from '../../src/http/limits.ts';
import type { Cast } from './cast.ts';
import type { Draws } from './draws.ts';
import { oddValue } from './hostile-values.ts';
import type { Input } from './input.ts';
import { bytesOf, forgery, handshake, message, recordedLine } from './messages.ts';
import { mutate } from './mutate-bytes.ts';

type Make = (draws: Draws, cast: Cast) => Input;

const LINES: readonly (readonly [weight: number, make: Make])[] = [
  [55, (draws, cast) => ({ kind: 'line', bytes: bytesOf(message(draws, cast)) })],
  [30, (draws) => ({ kind: 'recorded line', bytes: recordedLine(draws) })],
  [5, (draws, cast) => ({ kind: 'forged line', bytes: bytesOf(forgery(draws, cast)) })],
  [8, (draws) => ({ kind: 'any JSON line', bytes: bytesOf(oddValue(draws)) })],
  [1, (draws) => ({ kind: 'bytes for a line', bytes: noText(draws) })],
];

export function lineInput(draws: Draws, cast: Cast): Input {
  return draws.weighted(LINES)(draws, cast);
}

function noText(draws: Draws): Buffer {
  return draws.pick([
    Buffer.from([0xff, 0xfe, 0x00]),
    Buffer.alloc(MAX_BODY_BYTES + draws.between(0, 1), 0x20),
    Buffer.from('\r\n\r\n'),
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
  ]);
}

/** A first line. Each opens a stream of its own. */
export function handshakeInput(draws: Draws, cast: Cast): Input {
  const line = bytesOf(handshake(draws, cast));
  const bytes = draws.chance(70) ? line : mutate(line, line, draws);
  return { kind: 'handshake', bytes, mayBreakOff: true };
}
