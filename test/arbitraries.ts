/** Generators of what nodes may say, small enough that versions tie and accusations meet what they accuse. */
import fc from 'fast-check';
import type { Address } from '../src/core/address.ts';
import type { Claim, Rumor } from '../src/core/messages.ts';

export const addressOf = (index: number): Address => `127.0.0.1:${7000 + index}`;

export const claimArbitrary = fc.constantFrom<Claim>('suspect', 'down', 'left');
export const keyArbitrary = fc.option(fc.constantFrom('', 'mood', 'mood 2'), { nil: undefined, freq: 1 });

/** Rumors as honest nodes make them: what two of one uuid say is the same. */
export function rumorArbitrary(origins: number, versions = 4): fc.Arbitrary<Rumor> {
  return fc
    .record({
      origin: fc.nat(origins - 1).map(addressOf),
      version: fc.integer({ min: 1, max: versions }),
      twin: fc.nat(2),
      key: keyArbitrary,
      status: fc.option(claimArbitrary, { nil: undefined, freq: 1 }),
    })
    .map(({ origin, version, twin, key, status }) => {
      const uuid = `${twin}/${origin}/${version}/${JSON.stringify(key ?? null)}/${status ?? ''}`;
      const about = { uuid, origin, version, ttl: 3 };
      if (status !== undefined) return { ...about, status };
      return { ...about, ...(key === undefined ? {} : { key }), payload: `payload of ${uuid}` };
    });
}

export function rumorsArbitrary(origins = 3, maxLength = 30): fc.Arbitrary<Rumor[]> {
  return fc.array(rumorArbitrary(origins), { maxLength });
}
