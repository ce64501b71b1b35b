/**
 * A bare port, number or text, is short for `127.0.0.1:port` wherever an address is expected. The decoder spells it out, so
 * nothing behind it ever sees one.
 */
import { isAddress } from '../core/index.ts';
import type { Place } from './address-places.ts';

const PORT = /^[1-9][0-9]{0,4}$/;

/** @returns a bare port as the address it is short for; anything else as it is */
export function addressOf(value: unknown): unknown {
  const isPort = typeof value === 'number' || (typeof value === 'string' && PORT.test(value));
  const address = isPort ? `127.0.0.1:${value}` : undefined;
  return isAddress(address) ? address : value;
}

/** @returns a copy in which the ports at these places are spelled out; the value itself if there are none */
export function spellOutPorts(value: unknown, places: readonly Place[]): unknown {
  return places.reduce((spelled, place) => spellOutAt(place, 0, spelled), value);
}

/** @param depth how many steps of the place led to this value */
function spellOutAt(place: Place, depth: number, value: unknown): unknown {
  const step = place[depth];
  if (step === undefined) return addressOf(value);
  if (step === '*') return Array.isArray(value) ? spellOutItems(place, depth, value) : value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return value;
  const inner = (value as Readonly<Record<string | number, unknown>>)[step];
  const spelled = spellOutAt(place, depth + 1, inner);
  if (spelled === inner) return value;
  return Array.isArray(value) ? (value as unknown[]).with(Number(step), spelled) : { ...value, [step]: spelled };
}

function spellOutItems(place: Place, depth: number, items: readonly unknown[]): readonly unknown[] {
  const spelled = items.map((item) => spellOutAt(place, depth + 1, item));
  return spelled.some((item, index) => item !== items[index]) ? spelled : items;
}
