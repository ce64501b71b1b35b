import type { Rumor } from '../messages.ts';

/** What events say about a rumor: its name, without its payload. */
export function factsOf(rumor: Rumor): Pick<Rumor, 'uuid' | 'origin' | 'version' | 'key' | 'status'> {
  const { uuid, origin, version, key, status } = rumor;
  return {
    uuid,
    origin,
    version,
    ...(key === undefined ? {} : { key }),
    ...(status === undefined ? {} : { status }),
  };
}

export function payloadOf({ payload }: Pick<Rumor, 'payload'>): Pick<Rumor, 'payload'> {
  return payload === undefined ? {} : { payload };
}
