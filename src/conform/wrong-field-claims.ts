/** One claim for each field of a rumor: values that it cannot have are refused. */
import type { Claim } from './claim.ts';
import { post } from './exchange.ts';
import type { FullStage } from './full-stage.ts';

interface WrongField {
  readonly field: string;
  readonly says: string;
  readonly values: readonly unknown[];
}

function nested(levels: number): unknown {
  return levels === 0 ? 'deep' : [nested(levels - 1)];
}

const WRONG_FIELDS: readonly WrongField[] = [
  {
    field: 'uuid',
    says: 'A uuid that is empty, longer than 64 characters or not visible ASCII is refused.',
    values: ['', 'u'.repeat(65), 'a b', 'é', 'u\u0000', 7, null],
  },
  {
    field: 'origin',
    says: 'An origin that is no address is refused.',
    values: ['', 'x', '127.0.0.1', '127.0.0.1:0', 'a b:1', 'http://a:1', 0, null, {}],
  },
  {
    field: 'version',
    says: 'A version that is no integer from 1 to 2⁵³ − 1 is refused.',
    values: [0, -1, 1.5, 2 ** 53, '1', null],
  },
  {
    field: 'ttl',
    says: 'A ttl that is no integer from 1 to 255 is refused.',
    values: [0, -1, 1.5, 256, '3', null],
  },
  {
    field: 'hops',
    says: 'Hops that are no integer from 1 to 255 are refused.',
    values: [0, -1, 1.5, 256, '3', null],
  },
  {
    field: 'key',
    says: 'A key that is empty or longer than 64 characters is refused.',
    values: ['', 'k'.repeat(65), 7, null],
  },
  {
    field: 'status',
    says: 'A status other than suspect, down and left is refused.',
    values: ['alive', 'dead', '', 7, null],
  },
  {
    field: 'payload',
    says: 'A payload of more than 4096 characters of JSON or 16 levels is refused.',
    values: ['x'.repeat(4095), nested(17)],
  },
];

/** In an envelope and bare: the one that others pass on, and the one that the brief knows. */
export const WRONG_FIELD_CLAIMS: readonly Claim<FullStage>[] = WRONG_FIELDS.map(({ field, says, values }) => ({
  id: `hostile/${field}` as const,
  says,
  section: 'Rumor',
  check: async (stage: FullStage): Promise<void> => {
    const peer = await stage.peer();
    const cases = values.flatMap((value) => {
      const rumor = stage.rumor(peer.address);
      const mark = field === 'uuid' ? rumor.payload.book : rumor.uuid;
      const wrong = { ...rumor, [field]: value };
      return [[post(peer.envelope([wrong])), mark] as const, [post(wrong), mark] as const];
    });
    await stage.areRefused(cases, 400);
  },
}));
