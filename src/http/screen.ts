/**
 * What messages of a right shape still may not say: versions beyond what the clock allows, and addresses outside the networks that
 * this node may call. It stands between the decoder and the core, which knows neither clocks of others nor networks.
 *
 * Records of origins outside those networks are held: they are data, and tables that held some and not others would differ for good. They
 * are not called (`allowed-networks.ts`).
 */
import { isRumor, type Address, type Message, type Rumor } from '../core/index.ts';
import { outside } from './allowed-networks.ts';
import { now } from './clock.ts';
import { versionCeiling } from './version-ceiling.ts';

/** Is this an address that the node may call? */
export type MayCall = (address: Address) => boolean;

export interface Screened {
  readonly message: Message;
  /** How many parts of it were left out, the first for this reason. */
  readonly left?: { readonly count: number; readonly reason: string };
}

/** @returns why it is refused as a whole, or `undefined` */
export function problemOf(message: Message, mayCall: MayCall): string | undefined {
  if (isRumor(message)) return problemOfVersion(message);
  if (message.type === 'probe' && !mayCall(message.target)) return `target: ${outside(message.target)}`;
  return undefined;
}

/** Without what would be refused if it came alone. */
export function screen(message: Message, mayCall: MayCall): Screened {
  switch (message.type) {
    case 'peers': {
      const [peers, left] = called(message.peers, mayCall);
      return left === undefined ? { message } : { message: { ...message, peers }, left };
    }
    case 'shuffle':
    case 'shuffleReply': {
      const [sample, left] = called(message.sample, mayCall);
      return left === undefined ? { message } : { message: { ...message, sample }, left };
    }
    case 'delta': {
      const [rumors, left] = parted(message.rumors, problemOfVersion);
      return left === undefined ? { message } : { message: { ...message, rumors }, left };
    }
    default:
      return { message };
  }
}

function problemOfVersion({ version, origin }: Rumor): string | undefined {
  const ceiling = versionCeiling(now());
  return version <= ceiling ? undefined : `version: ${version} of ${origin} is beyond ${ceiling}, the greatest for now`;
}

function called(addresses: readonly Address[], mayCall: MayCall) {
  return parted(addresses, (address) => (mayCall(address) ? undefined : outside(address)));
}

function parted<Part>(
  all: readonly Part[],
  problem: (part: Part) => string | undefined,
): [readonly Part[], Screened['left']] {
  const fit = all.filter((part) => problem(part) === undefined);
  const bad = all.find((part) => problem(part) !== undefined);
  if (bad === undefined) return [all, undefined];
  return [fit, { count: all.length - fit.length, reason: problem(bad) ?? '' }];
}
