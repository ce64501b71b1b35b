/**
 * Turns the schemas of the decoder into plain functions at build time, so that a node starts without a schema compiler:
 * that alone is about 60 ms of CPU a process (`npm run bench:startup`).
 */
import { Code } from 'typebox/compile';
import { addressPlaces } from '../src/http/address-places.ts';
import { copyCode } from '../src/http/copy-code.ts';
import { CHECKED_SCHEMAS } from '../src/http/schemas.ts';

/** TypeBox's generated code calls into its own run time; these are the only parts of it that our schemas need. */
const RUN_TIME = 'const Guard = { CodePointCount: (text) => { let n = 0; for (const _ of text) n++; return n; } };';
const NEEDS_MORE = /Hashing|CheckContext|Guard\.(?!CodePointCount)/;

/** @returns the source of a module that stands in for `src/http/validators.ts` */
export function compiledValidators(): string {
  const functions = Object.entries(CHECKED_SCHEMAS).map(([name, schema]) => {
    const { Code: code, External: external } = Code(schema);
    const body = code
      .split('\n')
      .filter((line) => !/^(import |let External|export function SetExternal|\/\/ @ts-ignore)/.test(line))
      .join('\n')
      .replace('export function Check', 'return function Check');
    if (NEEDS_MORE.test(body)) throw new Error(`schema ${name} needs TypeBox at run time`);
    const variables = external.variables.map((variable: unknown) => {
      if (variable instanceof RegExp) return String(variable);
      throw new Error(`schema ${name} refers to ${String(variable)}`);
    });
    return `  ${name}: ((External) => {\n${body}\n})([${variables.join()}]),`;
  });
  const copiers = Object.entries(CHECKED_SCHEMAS).map(([name, schema]) => `  ${name}: ${copyCode(schema)},`);
  const places = Object.entries(CHECKED_SCHEMAS).map(([name, schema]) => [name, addressPlaces(schema)]);
  return [
    RUN_TIME,
    `export const validators = {\n${functions.join('\n')}\n};`,
    `export const copiers = {\n${copiers.join('\n')}\n};`,
    `export const places = ${JSON.stringify(Object.fromEntries(places))};\n`,
  ].join('\n');
}
