/** What a node's options may say: whoever calls from JavaScript may hand in anything. */
import { checkParameters, isAddress, joinAddress, parseAddress, STRATEGY_NAMES, type Address } from '../core/index.ts';
import { isNetwork } from './networks.ts';
import { isClusterName } from './cluster-name.ts';
import { isRoute } from './json-routes.ts';
import { opennessRefusal } from './openness.ts';
import type { Checked, NodeOptions, TransportNodeOptions, View } from './running-node.ts';

function isTlsOptions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { cert, key, ca, ...others } = value as Record<string, unknown>;
  return [cert, key, ca].every((each) => typeof each === 'string' && each !== '') && Object.keys(others).length === 0;
}

export const MAX_SEED = 2 ** 31 - 1;

interface Rule {
  /** `secret`: of several types, and never shown. */
  readonly type: 'number' | 'boolean' | 'string' | 'object' | 'function' | 'secret';
  readonly expected: string;
  readonly fits: (value: never) => boolean;
}

const whole = (min: number, max: number): Rule => ({
  type: 'number',
  expected: `a whole number from ${min} to ${max}`,
  fits: (value: number) => Number.isInteger(value) && value >= min && value <= max,
});
const text: Rule = { type: 'string', expected: 'a text', fits: (value: string) => value !== '' };
const callback: Rule = { type: 'function', expected: 'a function', fits: () => true };

const VIEWS: readonly View[] = ['/state', '/events', '/health', '/metrics'];

const RULES: { readonly [name in keyof NodeOptions]-?: Rule } = {
  port: whole(0, 65_535),
  listen: { type: 'boolean', expected: 'true or false', fits: () => true },
  expose: {
    type: 'object',
    expected: `a list of ${VIEWS.join(', ')}`,
    fits: (value: unknown) => Array.isArray(value) && value.every((view) => VIEWS.includes(view as View)),
  },
  host: text,
  advertise: text,
  tls: { type: 'object', expected: '{ cert, key, ca }, each a file or PEM', fits: isTlsOptions },
  insecure: { type: 'boolean', expected: 'true or false', fits: () => true },
  join: { type: 'object', expected: 'a list of addresses', fits: Array.isArray },
  allow: {
    type: 'object',
    expected: 'a list of networks',
    fits: Array.isArray,
  },
  strategy: {
    type: 'string',
    expected: `one of ${STRATEGY_NAMES.join(', ')}`,
    fits: (value: string) => STRATEGY_NAMES.some((name) => name === value),
  },
  cluster: { type: 'string', expected: '1 to 64 visible ASCII characters', fits: isClusterName },
  keyring: { type: 'secret', expected: 'the path of a file, or { keys: [base64, …] }', fits: isKeyringSource },
  guests: { type: 'boolean', expected: 'true or false', fits: () => true },
  parameters: { type: 'object', expected: 'an object', fits: (value: unknown) => value !== null },
  seed: whole(0, MAX_SEED),
  dataDir: text,
  warn: callback,
  observe: callback,
  linkFaults: callback,
  lostLogLines: callback,
  routes: {
    type: 'object',
    expected: 'a list of routes, each { method, path, answer }',
    fits: (value: unknown) => Array.isArray(value) && value.every(isRoute),
  },
};

/** What only a node over HTTP has; any other transport has its own in their place. */
const OF_HTTP: { readonly [name in keyof Omit<NodeOptions, keyof TransportNodeOptions>]-?: true } = {
  port: true,
  listen: true,
  expose: true,
  host: true,
  keyring: true,
  tls: true,
  advertise: true,
  insecure: true,
  allow: true,
  guests: true,
  routes: true,
  lostLogLines: true,
  linkFaults: true,
};

/**
 * @returns the options, without those that are undefined, and each address in full
 * @throws {TypeError|RangeError} one line that names the option, its value and what it may be
 */
export function checkOptions(options: NodeOptions): Checked<NodeOptions> {
  const checked = checkGiven(options);
  checkOption('port', checked.port);
  if (checked.listen === false) checkMounted(checked);
  checkHost(checked);
  const refusal = opennessRefusal(checked);
  if (refusal !== undefined) throw new RangeError(`host: ${refusal}`);
  for (const [index, network] of (checked.allow ?? []).entries()) checkNetwork(network, index);
  return checked;
}

/** The same, of a node over another transport. */
export function checkTransportOptions(options: TransportNodeOptions): Checked<TransportNodeOptions> {
  const checked = checkGiven(options);
  const stray = Object.keys(OF_HTTP).find((name) => name in checked);
  if (stray !== undefined) throw new TypeError(`${stray}: this is of HTTP, and another transport is given`);
  return checked;
}

function checkGiven<Options extends TransportNodeOptions>(options: Options): Checked<Options> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) checkOption(name, value);
  const checked = Object.fromEntries(given) as unknown as Options;
  if (checked.parameters !== undefined) checkParameters(checked.parameters);
  return { ...checked, join: (checked.join ?? []).map(addressToJoin) };
}

function checkOption(name: string, value: unknown): void {
  if (!Object.hasOwn(RULES, name)) throw new TypeError(`${name}: there is no such option`);
  const { type, expected, fits } = RULES[name as keyof NodeOptions];
  if (type === 'secret') {
    if (!fits(value as never)) throw new TypeError(`${name}: expected ${expected}`);
    return;
  }
  if (typeof value !== type) throw new TypeError(`${name}: expected ${expected}, got ${shown(value)}`);
  if (!fits(value as never)) throw new RangeError(`${name}: expected ${expected}, got ${shown(value)}`);
}

/** A key in the place of a path would be shown as the name of a file that is not there. */
function isKeyringSource(value: unknown): boolean {
  if (typeof value === 'string') return value !== '' && !/^[A-Za-z0-9+/]{43}=$/.test(value);
  return typeof value === 'object' && value !== null && Array.isArray((value as { keys?: unknown }).keys);
}

/** Its service's server listens. */
function checkMounted({ port, tls }: NodeOptions): void {
  if (port === 0) throw new RangeError('port: expected that of your own server, with listen: false, got 0');
  if (tls !== undefined)
    throw new RangeError('tls: not with listen: false, where members reach your own server by plain HTTP');
}

/** Others are told `host:port`, so it must lead here. */
function checkHost({ host = '127.0.0.1', advertise, port }: NodeOptions): void {
  const [name, told] = advertise === undefined ? ['host', host] : ['advertise', advertise];
  if (!isAddress(joinAddress(told, port === 0 ? 1 : port))) throw new RangeError(`${name}: not a host: ${shown(told)}`);
  if (!isWildcard(told)) return;
  const remedy = advertise === undefined ? 'give advertise as well' : 'give a name or an address of this machine';
  throw new RangeError(`${name}: ${told} is no address that others can reach: ${remedy}`);
}

/** Every interface of the machine: `0.0.0.0`, `::`, and whatever else is all zeros. */
export function isWildcard(host: string): boolean {
  return /^\[?(?:[0:]*:ffff:)?[0.:]+\]?$/i.test(host);
}

function checkNetwork(network: unknown, index: number): void {
  if (isNetwork(network)) return;
  throw new RangeError(
    `allow[${index}]: expected a network such as "10.0.0.0/8", or an address, got ${shown(network)}`,
  );
}

function addressToJoin(value: unknown, index: number): Address {
  try {
    return parseAddress(value as string);
  } catch {
    throw new RangeError(`join[${index}]: expected "host:port" or a port, got ${shown(value)}`);
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80));
  return typeof value === 'object' && value !== null ? 'something else' : String(value);
}
