import { describe, expect, test } from 'vitest';
import { makeNode } from '../../test/talk.ts';
import { checkAllParameters, checkParameters, PARAMETER_BOUNDS } from './parameter-bounds.ts';
import { DEFAULT_PARAMETERS, type Parameters } from './parameters.ts';

const NAMES = Object.keys(DEFAULT_PARAMETERS) as (keyof Parameters)[];

test('the defaults are within bounds', () => {
  expect(() => checkAllParameters(DEFAULT_PARAMETERS)).not.toThrow();
});

describe.each(NAMES)('%s', (name) => {
  const bounds = PARAMETER_BOUNDS[name];
  const outside: unknown[] =
    bounds === 'boolean'
      ? [0, 1, null]
      : [bounds[0] - 1, bounds[1] + 1, bounds[0] + 0.5, NaN, Infinity, -Infinity, true];

  test('is refused by the core where it is something else, with its name, its value and its range', () => {
    for (const value of [...outside, undefined, '5000', null, {}, []]) {
      const range = bounds === 'boolean' ? 'true or false' : `a whole number from ${bounds[0]} to ${bounds[1]}`;
      expect(() => makeNode('127.0.0.1:1', { parameters: { [name]: value } }), String(value)).toThrow(
        new RegExp(`^parameters\\.${name}: expected ${range}, got [^\\n]*$`),
      );
    }
  });

  test('is taken at its bounds', () => {
    for (const value of bounds === 'boolean' ? [true, false] : bounds) {
      expect(() => makeNode('127.0.0.1:1', { parameters: { [name]: value } })).not.toThrow();
    }
  });
});

test('what is no number is a TypeError, and a number out of range a RangeError', () => {
  expect(() => checkParameters({ ttl: '7' })).toThrow(TypeError);
  expect(() => checkParameters({ ttl: 0 })).toThrow(RangeError);
});

test.each(['heartbeat', 'toString', 'constructor'])('there is no parameter "%s"', (name) => {
  expect(() => checkParameters({ [name]: 1 })).toThrow(`parameters.${name}: there is no such parameter`);
  expect(() => makeNode('127.0.0.1:1', { parameters: { [name]: 1 } })).toThrow(TypeError);
});
