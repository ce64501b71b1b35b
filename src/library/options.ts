/** The options that a node does not have; it checks its own. */
import { isLogger } from './logger.ts';

/** What each must be: whoever calls from JavaScript may hand in anything. */
const CHECKS: Readonly<Record<string, readonly [expected: string, fits: (value: never) => boolean]>> = {
  schema: ['a Standard Schema (https://standardschema.dev)', isSchema],
  signal: ['an AbortSignal', (value: unknown) => value instanceof AbortSignal],
  logger: ['an object with debug, info, warn and error', isLogger],
  telemetry: ['an object with a meter, a tracer or both', isTelemetry],
  transport: ['an object with open, start, send and close', isTransport],
  introduce: ['true or false', (value: unknown) => typeof value === 'boolean'],
};

/** @throws {TypeError} one line that names the option and what it may be */
export function checkOwnOptions(options: object): void {
  if (typeof options !== 'object' || (options as unknown) === null) {
    throw new TypeError('createGossip: expected an object of options');
  }
  for (const [name, [expected, fits]] of Object.entries(CHECKS)) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined && !fits(value as never)) throw new TypeError(`${name}: expected ${expected}`);
  }
}

/** A schema may be a function: arktype's are. */
function isSchema(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const standard = (value as { '~standard'?: { validate?: unknown } })['~standard'];
  return typeof standard?.validate === 'function';
}

function isTelemetry(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { meter, tracer } = value as { meter?: Record<string, unknown>; tracer?: Record<string, unknown> };
  const isMeter = meter === undefined || typeof meter?.['addBatchObservableCallback'] === 'function';
  return isMeter && (tracer === undefined || typeof tracer?.['startSpan'] === 'function');
}

function isTransport(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return ['open', 'start', 'send', 'close'].every(
    (name) => typeof (value as Record<string, unknown>)[name] === 'function',
  );
}
