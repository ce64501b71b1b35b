/** How two tables that differ are made one. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Rumor } from '../core/index.ts';
import type { Claim } from './claim.ts';
import { broken, shown } from './evidence.ts';
import { within } from './exchange.ts';
import { isFields, typeOf, type FullPeer, type Said } from './full-peer.ts';
import type { FullStage } from './full-stage.ts';

const SECTION = 'Repair';
const STRAGGLER_MS = 150;
/** Of what no table has. */
const OTHER_HASH = 'f'.repeat(16);
const OTHER_CHECK = '00000000';

export const REPAIR_CLAIMS: readonly Claim<FullStage>[] = [
  {
    id: 'full/differing-hash',
    says: "A peer's heartbeat with another hash is answered with a digest, or the summary of a large table.",
    section: SECTION,
    check: (stage) =>
      stage.withLinked(1, async (peer) => {
        const heartbeat = { type: 'heartbeat', hash: OTHER_HASH };
        const isAnswer = ({ message }: { readonly message: Said }): boolean =>
          typeOf(message) === 'digest' || typeOf(message) === 'summary';
        const answer = await within(stage.newsMs, async () => {
          await peer.say(heartbeat);
          return peer.heard.find(isAnswer);
        });
        if (answer === undefined) broken('a digest or a summary', shown(heartbeat), 'nothing');
      }),
  },
  {
    id: 'full/heartbeat-of-no-peer',
    says: 'A heartbeat of a node that is no peer is answered with disconnect.',
    section: SECTION,
    check: (stage) =>
      stage.withLinked(1, async () => {
        const other = await stage.peer();
        const heartbeat = { type: 'heartbeat', hash: OTHER_HASH };
        await other.say(heartbeat);
        const answer = await other.hears(stage.newsMs, 'disconnect');
        if (answer === undefined) broken('a disconnect', shown(heartbeat), 'nothing');
      }),
  },
  {
    id: 'full/digest-brings-delta',
    says: 'What a digest lacks comes in a delta, each rumor with a ttl of 1.',
    section: SECTION,
    check: async (stage) => {
      const { asker, rumor } = await aRecord(stage);
      const digest = { type: 'digest', entries: [] };
      await asker.say(digest);
      await bringsDelta(stage, asker, rumor, digest);
    },
  },
  {
    id: 'full/digest-brings-want',
    says: 'What a digest has, and the node lacks, it asks for with a want.',
    section: SECTION,
    check: async (stage) => {
      const { asker } = await aRecord(stage);
      const { address } = await stage.peer();
      const digest = { type: 'digest', entries: [[address, 1, OTHER_CHECK]] };
      await asker.say(digest);
      const isWant = ({ records }: Said): boolean =>
        Array.isArray(records) && records.some((item) => Array.isArray(item) && item[0] === address);
      const want = await asker.hears(stage.newsMs, 'want', isWant);
      if (want === undefined) broken(`a want of [["${address}"]]`, shown(digest), 'nothing');
    },
  },
  {
    id: 'full/want-brings-delta',
    says: 'A want is answered with a delta of the records that it names.',
    section: SECTION,
    check: async (stage) => {
      const { asker, rumor } = await aRecord(stage);
      const want = { type: 'want', records: [[rumor.origin]] };
      await asker.say(want);
      await bringsDelta(stage, asker, rumor, want);
    },
  },
  {
    id: 'full/takes-a-delta',
    says: 'What a delta brings is kept, and not passed on.',
    section: SECTION,
    check: (stage) =>
      stage.withLinked(2, async (from, to) => {
        const origin = await stage.peer();
        await to.say({ type: 'graft', origins: [origin.address], records: [] });
        const rumor = stage.rumor(origin.address, { ttl: 1 });
        const delta = { type: 'delta', rumors: [rumor] };
        await from.say(delta);
        const record = await stage.recordThat(origin.address, ({ uuid }) => uuid === rumor.uuid);
        if (record?.['uuid'] !== rumor.uuid) broken('it is in /state/', shown(delta), shown(record));
        await sleep(STRAGGLER_MS);
        const copies = to.all('rumor', ({ uuid }) => uuid === rumor.uuid);
        if (copies.length > 0) broken('it is pushed to nobody', shown(delta), shown(copies));
      }),
  },
];

/** Something that the node has, and somebody who asks for it. */
async function aRecord(stage: FullStage): Promise<{ asker: FullPeer; rumor: Rumor }> {
  const [asker, origin] = [await stage.peer(), await stage.peer()];
  const rumor = stage.rumor(origin.address);
  await origin.say(rumor);
  return { asker, rumor };
}

async function bringsDelta(stage: FullStage, asker: FullPeer, rumor: Rumor, question: object): Promise<void> {
  const found = await within(stage.newsMs, () =>
    asker
      .all('delta')
      .flatMap(({ rumors }) => (Array.isArray(rumors) ? rumors.filter(isFields) : []))
      .find(({ uuid }) => uuid === rumor.uuid),
  );
  if (found?.['ttl'] !== 1) {
    broken(`a delta with ${shown({ ...rumor, ttl: 1 })}`, shown(question), shown(found ?? asker.all('delta')));
  }
}
