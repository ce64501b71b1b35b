/** What the brief asks of every node: five fields, `/peers/`, versions, TTL, and that news is flooded once. */
import { isAddress, type Payload } from '../core/index.ts';
import { addressOf } from '../http/bare-ports.ts';
import { complaintAboutFields, type Told } from './brief-peer.ts';
import { isTaken, listIn, TTL, type BriefStage, type Posted } from './brief-stage.ts';
import type { Claim } from './claim.ts';
import { broken, shown, toldText } from './evidence.ts';
import { get, tryToAsk } from './exchange.ts';

export type BriefClaim = Claim<BriefStage>;

const HTTP = 'HTTP';
const RUMOR = 'Rumor';
const GUESTS = 'Guests';

export const BRIEF_CLAIMS: readonly BriefClaim[] = [
  {
    id: 'brief/lists-its-peers',
    says: 'GET /peers/ is answered with a list of ports or addresses, bare or under "peers".',
    section: HTTP,
    check: async ({ node }) => {
      const question = get('/peers/');
      const answer = await tryToAsk(node, question);
      const list = listIn(answer?.json);
      const isList = answer?.status === 200 && list?.every((item) => isAddress(addressOf(item)));
      if (isList !== true) broken('200 and a list of ports or addresses', question, answer);
    },
  },
  {
    id: 'brief/answers-a-rumor',
    says: 'A rumor of the five fields, posted to /gossip/, is answered with a 2xx.',
    section: GUESTS,
    check: async (stage) => {
      const posted = await stage.tell(0);
      if (!isTaken(posted)) broken('a 2xx', posted.question, posted.answer);
    },
  },
  {
    id: 'brief/floods',
    says: 'News that one peer tells is told to every other peer.',
    section: RUMOR,
    check: async (stage) => {
      stage.needPeers();
      const posted = await stage.tell(0);
      const others = stage.known.filter(({ address }) => address !== posted.rumor.origin);
      const copies = await stage.floodOf(posted.rumor.uuid, others);
      const lacking = others.filter(({ address }) => copies.every(({ to }) => to !== address));
      if (lacking.length > 0) {
        const names = others.map(({ address }) => address).join(' and ');
        broken(`it is told to ${names}`, posted.question, toldText(copies));
      }
    },
  },
  {
    id: 'brief/copies-are-the-same',
    says: 'A rumor is passed on with the uuid, origin, version and payload that it came with.',
    section: RUMOR,
    check: async (stage) => {
      const { posted, copies } = await stage.passOn(0);
      const { uuid, origin, version, payload } = posted.rumor;
      const asItCame = (copy: Told): boolean =>
        copy.rumor.version === version &&
        addressOf(copy.rumor.origin) === origin &&
        shown(copy.rumor.payload) === shown(payload);
      const other = copies.filter((copy) => !asItCame(copy));
      if (other.length > 0) {
        broken(
          `uuid ${uuid}, origin ${origin}, version ${version}, the same payload`,
          posted.question,
          toldText(other),
        );
      }
    },
  },
  {
    id: 'brief/ttl-counts-down',
    says: 'A rumor is passed on with a ttl one lower than it came with.',
    section: RUMOR,
    check: async (stage) => {
      const { posted, copies } = await stage.passOn(1);
      const other = copies.filter(({ rumor }) => rumor.ttl !== TTL - 1);
      if (other.length > 0) broken(`ttl ${TTL - 1}`, posted.question, toldText(other));
    },
  },
  {
    id: 'brief/ttl-ends',
    says: 'A rumor that came with a ttl of 1 is not passed on.',
    section: RUMOR,
    check: (stage) => goesNoFurther(stage, () => stage.tell(2, { ttl: 1 })),
  },
  {
    id: 'brief/dedupe',
    says: 'A rumor that comes again, with the same uuid, is not passed on again.',
    section: RUMOR,
    check: async (stage) => {
      const { posted } = await stage.passOn(0);
      const before = (await stage.settled(posted)).length;
      const again = await stage.post({ ...posted.rumor, ttl: TTL - 1 });
      const more = await stage.settled(again, before);
      if (more.length > 0) broken('nothing is told the second time', again.question, toldText(more));
    },
  },
  {
    id: 'brief/older-is-no-news',
    says: 'A version below the newest that was heard of its origin is not passed on.',
    section: RUMOR,
    check: async (stage) => {
      const { posted } = await stage.passOn(1);
      const { version } = (await stage.passOn(1)).posted.rumor;
      await goesNoFurther(stage, () => stage.tell(1, { version: posted.rumor.version }), `after version ${version}, `);
    },
  },
  {
    id: 'brief/newer-is-news',
    says: 'A higher version is news, also when versions between were never heard.',
    section: RUMOR,
    check: async (stage) => {
      const { posted: former } = await stage.passOn(2);
      await isPassedOn(stage, await stage.tell(2, { version: former.rumor.version + 5 }));
    },
  },
  {
    id: 'brief/versions-are-per-origin',
    says: 'Versions of one origin say nothing about those of another.',
    section: RUMOR,
    check: async (stage) => {
      const { posted: high } = await stage.passOn(0, { version: stage.next(0).version + 1000 });
      const posted = await stage.tell(1);
      await isPassedOn(stage, posted, `after version ${high.rumor.version} of ${high.rumor.origin}, `);
    },
  },
  {
    id: 'brief/tells-its-own',
    says: 'The node tells its own favourite, with its own port as the origin, to every peer.',
    section: RUMOR,
    check: async (stage) => {
      const own = (await stage.ownNews(1)).at(-1) as Told;
      const copies = await stage.floodOf(own.rumor.uuid as string, stage.known);
      const lacking = stage.known.filter(({ address }) => copies.every(({ to }) => to !== address));
      if (lacking.length > 0) {
        const names = stage.known.map(({ address }) => address).join(', ');
        broken(`its favourite is told to ${names}`, 'nothing: it tells by itself', toldText(copies));
      }
    },
  },
  {
    id: 'brief/five-fields',
    says: 'What it tells of itself has all five fields, its version and ttl at least 1.',
    section: RUMOR,
    check: async (stage) => {
      const own = await stage.ownNews(1);
      const wrong = own.find((told) => complaintAboutFields(told) !== undefined);
      if (wrong !== undefined) {
        broken(`five fields, but ${complaintAboutFields(wrong)}`, 'nothing: it tells by itself', toldText([wrong]));
      }
    },
  },
  {
    id: 'brief/own-version-rises',
    says: 'Every new favourite of its own has a higher version than the one before.',
    section: RUMOR,
    check: async (stage) => {
      const own = await stage.ownNews(2);
      const falls = own.findIndex(
        ({ rumor }, i) => i > 0 && Number(rumor.version) <= Number(own[i - 1]?.rumor.version),
      );
      if (falls >= 0) {
        const pair = own.slice(falls - 1, falls + 1).map(({ body }) => shown(body));
        broken('a higher version each time', 'nothing: it tells by itself', pair.join(', then '));
      }
    },
  },
  {
    id: 'brief/own-uuid-is-new',
    says: 'Every new favourite of its own has a uuid of its own.',
    section: RUMOR,
    check: async (stage) => {
      const own = await stage.ownNews(2);
      const uuids = own.map(({ rumor }) => rumor.uuid);
      const reused = own.filter(({ rumor }, i) => uuids.indexOf(rumor.uuid) < i);
      if (reused.length > 0) broken('another uuid each time', 'nothing: it tells by itself', toldText(reused));
    },
  },
  {
    id: 'brief/echo-is-no-news',
    says: 'What the node told of itself and hears again from others is not passed on again.',
    section: RUMOR,
    check: async (stage) => {
      const { rumor } = (await stage.ownNews(1)).at(-1) as Told;
      const [uuid, version, payload] = [rumor.uuid as string, rumor.version as number, rumor.payload as Payload];
      const isCopy = (told: Told): boolean => told.rumor.version === version;
      const before = (await stage.floodOf(uuid, stage.known, 1000)).filter(isCopy).length;
      const echo = await stage.post({ uuid, origin: stage.node, version, ttl: TTL, payload });
      const more = (await stage.settled(echo)).filter(isCopy).slice(before);
      if (more.length > 0) broken('it is not told again', echo.question, toldText(more));
    },
  },
];

async function goesNoFurther(stage: BriefStage, tell: () => Promise<Posted>, after = ''): Promise<void> {
  stage.needPeers();
  const posted = await tell();
  const copies = await stage.settled(posted);
  if (copies.length > 0) broken(`${after}it is told to nobody`, posted.question, toldText(copies));
}

async function isPassedOn(stage: BriefStage, posted: Posted, after = ''): Promise<void> {
  const copies = await stage.settled(posted);
  if (copies.length === 0) broken(`${after}it is told to other peers`, posted.question, 'nothing');
}
