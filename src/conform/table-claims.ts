/** The one rule that changes a table, and what a node does about what is said of itself. */
import type { Rumor } from '../core/index.ts';
import { Unseen, type Claim } from './claim.ts';
import { broken, shown } from './evidence.ts';
import { typeOf, type FullPeer } from './full-peer.ts';
import type { FullStage } from './full-stage.ts';

const SECTION = 'Rumor';

export const TABLE_CLAIMS: readonly Claim<FullStage>[] = [
  {
    id: 'full/higher-version-wins',
    says: 'Of two contents of an origin the one of the higher version stands, in whatever order they come.',
    section: SECTION,
    check: async (stage) => {
      const peer = await stage.peer();
      const [older, newer] = [stage.rumor(peer.address), stage.rumor(peer.address)];
      await stands(stage, peer, [newer, older], newer);
      await stands(stage, peer, [stage.rumor(peer.address), stage.rumor(peer.address)]);
    },
  },
  {
    id: 'full/larger-uuid-wins',
    says: 'Of two contents of one version the one with the larger uuid stands, in whatever order they come.',
    section: SECTION,
    check: async (stage) => {
      const peer = await stage.peer();
      const [large, small] = [stage.rumor(peer.address), stage.rumor(peer.address)].sort((a, b) =>
        a.uuid < b.uuid ? 1 : -1,
      );
      const { version } = stage.rumor(peer.address);
      const pair = [large, small].map((rumor) => ({ ...rumor, version }) as Rumor);
      await stands(stage, peer, pair, pair[0]);
    },
  },
  {
    id: 'full/keys-are-apart',
    says: 'Each key of an origin is a record of its own.',
    section: SECTION,
    check: async (stage) => {
      const peer = await stage.peer();
      const favorite = stage.rumor(peer.address);
      const keyed = stage.rumor(peer.address, { key: 'mood' });
      await peer.say(favorite, keyed);
      const { records } = await stage.state();
      const mine = records.filter(({ origin }) => origin === peer.address);
      const has = ({ uuid, key }: Rumor): boolean =>
        mine.some((record) => record['uuid'] === uuid && record['key'] === key);
      if (!has(favorite) || !has(keyed)) broken('both are in /state/', shown([favorite, keyed]), shown(mine));
    },
  },
  {
    id: 'full/claims-merge',
    says: 'A claim about a version stands beside its content, and the stronger claim stands.',
    section: SECTION,
    check: async (stage) => {
      const { peer, rumor } = await aMember(stage);
      await claims(stage, peer, rumor, ['down', 'suspect'], 'down');
    },
  },
  {
    id: 'full/newer-content-refutes',
    says: 'Content of a higher version than a claim refutes it.',
    section: SECTION,
    check: async (stage) => {
      const { peer, rumor } = await aMember(stage);
      await claims(stage, peer, rumor, ['suspect'], 'suspect');
      const refutation = stage.rumor(rumor.origin);
      await peer.say(refutation);
      const record = await stage.recordThat(rumor.origin, ({ status }) => status === 'alive');
      if (record?.['status'] !== 'alive') broken('status alive in /state/', shown(refutation), shown(record));
    },
  },
  {
    id: 'full/left',
    says: 'A member that says goodbye has left, and is no peer.',
    section: SECTION,
    check: async (stage) => {
      const peer = await stage.linked();
      await peer.say(stage.rumor(peer.address));
      peer.grants = false;
      const { payload: _, ...goodbye } = stage.rumor(peer.address, { status: 'left' });
      await peer.say(goodbye);
      const record = await stage.recordThat(peer.address, ({ status }) => status === 'left');
      if (record?.['status'] !== 'left') broken('status left in /state/', shown(goodbye), shown(record));
      const listed = await stage.listedPeers();
      if (listed.includes(peer.address)) broken('not in /peers/', shown(goodbye), shown(listed));
    },
  },
  {
    id: 'full/refutes-a-suspicion',
    says: 'A node that hears that it is suspected tells its favourite again, at a higher version.',
    section: SECTION,
    check: (stage) =>
      stage.withLinked(1, async (peer) => {
        const { version } = await ownRecord(stage);
        const { uuid, ttl } = stage.rumor(peer.address);
        const suspicion = { uuid, origin: stage.self, version, ttl, status: 'suspect' };
        await goesAbove(stage, peer, suspicion, version);
      }),
  },
  {
    id: 'full/goes-above-itself',
    says: 'A node that hears of itself at a version that it did not say goes one above.',
    section: SECTION,
    check: (stage) =>
      stage.withLinked(1, async (peer) => {
        const { version } = await ownRecord(stage);
        const { uuid, ttl } = stage.rumor(peer.address);
        const former = { uuid, origin: stage.self, version: version + 7, ttl, payload: { book: 'of a former life' } };
        await goesAbove(stage, peer, former, version + 7);
      }),
  },
];

async function stands(
  stage: FullStage,
  peer: FullPeer,
  rumors: readonly Rumor[],
  winner = rumors.at(-1),
): Promise<void> {
  for (const rumor of rumors) await peer.say(rumor);
  const record = await stage.record(peer.address);
  if (record?.['uuid'] !== winner?.uuid) broken(`uuid ${winner?.uuid} in /state/`, shown(rumors), shown(record));
}

/** Somebody that is told of by a peer, and is no peer: nobody looks whether it lives. */
async function aMember(stage: FullStage): Promise<{ peer: FullPeer; rumor: Rumor }> {
  const [peer, member] = [await stage.peer(), await stage.peer()];
  const rumor = stage.rumor(member.address);
  await peer.say(rumor);
  return { peer, rumor };
}

async function claims(
  stage: FullStage,
  peer: FullPeer,
  { origin, version }: Rumor,
  statuses: readonly ('suspect' | 'down')[],
  expected: string,
): Promise<void> {
  const said = statuses.map((status) => {
    const { uuid, ttl } = stage.rumor(origin, { version });
    return { uuid, origin, version, ttl, status };
  });
  for (const claim of said) await peer.say(claim);
  const record = await stage.recordThat(origin, ({ status }) => status === expected);
  if (record?.['status'] !== expected) broken(`status ${expected} in /state/`, shown(said), shown(record));
}

async function ownRecord(stage: FullStage): Promise<{ version: number }> {
  const { version } = await stage.state();
  if ((await stage.record(stage.self)) === undefined) throw new Unseen('the node has no favourite to tell again');
  return { version };
}

async function goesAbove(stage: FullStage, peer: FullPeer, said: object, version: number): Promise<void> {
  // Else it may be named first, and told to those who ask.
  await peer.say({ type: 'graft', origins: [stage.self], records: [] }, said);
  const own = (message: { readonly [name: string]: unknown }): boolean =>
    message['origin'] === stage.self && Number(message['version']) > version && message['status'] === undefined;
  const record = await stage.recordThat(stage.self, (mine) => Number(mine['version']) > version);
  if (Number(record?.['version']) <= version)
    broken(`a version above ${version} in /state/`, shown(said), shown(record));
  const told = await peer.hears(stage.newsMs, 'rumor', own);
  if (told === undefined) {
    const heard = peer.heard.map(({ message }) => message).filter((message) => typeOf(message) === 'rumor');
    broken(`its favourite at a version above ${version}`, shown(said), shown(heard.at(-1) ?? 'nothing'));
  }
}
