/** How news goes along each origin's tree, and how the tree is made and mended. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Unseen, type Claim } from './claim.ts';
import { broken, shown } from './evidence.ts';
import { within } from './exchange.ts';
import type { FullPeer, Said } from './full-peer.ts';
import type { Rumor } from '../core/index.ts';
import { TTL, type FullStage } from './full-stage.ts';

const RUMOR = 'Rumor';
const TREE = 'The tree';
/** What was sent before something that came may be this much later. */
const STRAGGLER_MS = 150;

export const TREE_CLAIMS: readonly Claim<FullStage>[] = [
  {
    id: 'full/graft-makes-eager',
    says: 'After a graft for an origin, its news is pushed to the sender of the graft.',
    section: TREE,
    check: (stage) =>
      stage.withLinked(2, async (from, to) => {
        await from.say(stage.rumor(from.address));
        await to.say({ type: 'prune', origins: [from.address] });
        const graft = graftFor(from);
        await to.say(graft);
        const rumor = stage.rumor(from.address);
        await from.say(rumor);
        const copy = await to.hears(stage.newsMs, 'rumor', isOf(rumor.uuid));
        if (copy === undefined) broken(`it is pushed to ${to.address}`, shown([graft, rumor]), 'nothing');
      }),
  },
  {
    id: 'full/ttl-and-hops',
    says: 'A rumor is passed on with a ttl one lower and hops one higher, and not at all at a ttl of 1.',
    section: RUMOR,
    check: (stage) =>
      stage.withLinked(2, async (from, to) => {
        const { rumor, copy } = await pushed(stage, from, to, { hops: 3 });
        if (copy['ttl'] !== TTL - 1 || copy['hops'] !== 4)
          broken(`ttl ${TTL - 1} and hops 4`, shown(rumor), shown(copy));
        const last = stage.rumor(from.address, { ttl: 1 });
        await from.say(last);
        await pushed(stage, from, to);
        await sleep(STRAGGLER_MS);
        const beyond = to.all('rumor', isOf(last.uuid));
        if (beyond.length > 0) broken('it is not passed on', shown(last), shown(beyond));
      }),
  },
  {
    id: 'full/never-back',
    says: 'A rumor is never passed on to the peer that it came from.',
    section: RUMOR,
    check: (stage) =>
      stage.withLinked(2, async (from, to) => {
        await from.say(graftFor(from));
        const { rumor } = await pushed(stage, from, to);
        await sleep(STRAGGLER_MS);
        const back = from.all('rumor', isOf(rumor.uuid));
        if (back.length > 0) broken(`nothing to ${from.address}`, shown(rumor), shown(back));
      }),
  },
  {
    id: 'full/prune-makes-lazy',
    says: 'After a prune for an origin, its news is named in an iHave, and not pushed.',
    section: TREE,
    check: (stage) =>
      stage.withLinked(2, async (from, to) => {
        await pushed(stage, from, to);
        const prune = { type: 'prune', origins: [from.address] };
        await to.say(prune);
        const rumor = stage.rumor(from.address);
        await from.say(rumor);
        const named = await to.hears(stage.newsMs, 'iHave', (message) => names(message, from, rumor.version));
        const copies = to.all('rumor', isOf(rumor.uuid));
        if (copies.length > 0) broken('an iHave in its place', shown([prune, rumor]), shown(copies));
        if (named === undefined) broken(`an iHave that names ${from.address}`, shown([prune, rumor]), 'nothing');
      }),
  },
  {
    id: 'full/graft-brings-records',
    says: 'A graft is answered with the records that it names, as rumors.',
    section: TREE,
    check: async (stage) => {
      const from = await stage.peer();
      const rumor = stage.rumor(from.address);
      await from.say(rumor);
      await stage.withLinked(1, async (to) => {
        const graft = { type: 'graft', records: [[from.address]] };
        await to.say(graft);
        const copy = await to.hears(stage.newsMs, 'rumor', isOf(rumor.uuid));
        if (copy === undefined) broken('the rumor', shown(graft), 'nothing');
      });
    },
  },
  {
    id: 'full/prunes-a-duplicate',
    says: 'A copy of what was seen before, from a peer, is answered with a prune.',
    section: TREE,
    check: (stage) =>
      stage.withLinked(2, async (first, second) => {
        const origin = await stage.peer();
        // A prune may be left out, once, where a tree has just begun anew: the next duplicate brings it.
        for (let tries = 3; tries > 0; tries--) {
          const rumor = stage.rumor(origin.address);
          await first.say(rumor);
          await second.say({ ...rumor, hops: 2 });
          const prune = await second.hears(stage.newsMs, 'prune', ({ origins }) => isFor(origins, origin.address));
          if (prune !== undefined) return;
          if (tries === 1) broken(`a prune for ${origin.address}`, `${shown(rumor)}, twice`, 'nothing');
        }
      }),
  },
  {
    id: 'full/fetches-what-is-named',
    says: 'What an iHave names, and does not come, is fetched with a graft.',
    section: TREE,
    check: (stage) =>
      stage.withLinked(1, async (peer) => {
        const origin = await stage.peer();
        const { version } = stage.rumor(origin.address);
        const iHave = { type: 'iHave', entries: [[origin.address, version, 0]] };
        await peer.say(iHave);
        const fits = ({ records }: Said): boolean =>
          Array.isArray(records) && records.some((item) => isName(item, origin));
        const graft = await peer.hears(stage.newsMs, 'graft', fits);
        if (graft === undefined) broken(`a graft for [["${origin.address}"]]`, shown(iHave), 'nothing');
      }),
  },
];

function isOf(uuid: string): (message: Said) => boolean {
  return (message) => message['uuid'] === uuid;
}

function graftFor({ address }: FullPeer): object {
  return { type: 'graft', origins: [address], records: [] };
}

function isFor(origins: unknown, address: string): boolean {
  return origins === undefined || (Array.isArray(origins) && origins.includes(address));
}

function isName(item: unknown, { address }: FullPeer): boolean {
  return Array.isArray(item) && item[0] === address;
}

function names({ entries }: Said, { address }: FullPeer, version: number): boolean {
  return (
    Array.isArray(entries) &&
    entries.some((entry) => Array.isArray(entry) && entry[0] === address && entry[1] === version)
  );
}

/** One peer tells something new, which is pushed to the other. @throws {Unseen} if it is not */
async function pushed(
  stage: FullStage,
  from: FullPeer,
  to: FullPeer,
  over: object = {},
): Promise<{ rumor: Rumor; copy: Said }> {
  await to.say(graftFor(from));
  const rumor = stage.rumor(from.address, over);
  await from.say(rumor);
  const copy = await within(stage.newsMs, () => to.all('rumor', isOf(rumor.uuid))[0]);
  if (copy === undefined) throw new Unseen('news is not pushed after a graft (see full/graft-makes-eager)');
  return { rumor, copy };
}
