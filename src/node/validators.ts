/**
 * One function a schema that says whether a value fits it. From source they are compiled when first imported; the
 * build puts plain generated functions in this file's place, so that a node starts without a schema compiler.
 */
import { Compile } from 'typebox/compile';
import { CHECKED_SCHEMAS, type CheckName } from './schemas.ts';

type Validators = { readonly [name in CheckName]: (value: unknown) => boolean };

export const validators = Object.fromEntries(
  Object.entries(CHECKED_SCHEMAS).map(([name, schema]) => {
    const validator = Compile(schema);
    return [name, (value: unknown): boolean => validator.Check(value)];
  }),
) as Validators;
