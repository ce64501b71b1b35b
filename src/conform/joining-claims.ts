/** How a node names itself, and how links come and go. */
import { isAddress } from '../core/index.ts';
import type { Claim } from './claim.ts';
import { broken, shown } from './evidence.ts';
import { get, tryToAsk, within } from './exchange.ts';
import { FullPeer, isFields, type Said } from './full-peer.ts';
import type { FullStage } from './full-stage.ts';

const SECTION = 'Finding peers';
const MAX_SAMPLE = 64;

export const JOINING_CLAIMS: readonly Claim<FullStage>[] = [
  {
    id: 'full/names-itself',
    says: 'GET /peers/ names the node itself, its network, and its peers by their addresses.',
    section: 'HTTP',
    check: async ({ node }) => {
      const question = get('/peers/');
      const answer = await tryToAsk(node, question);
      const { self, cluster, peers } = (isFields(answer?.json) ? answer.json : {}) as Partial<Said>;
      const areAddresses = Array.isArray(peers) && peers.length <= MAX_SAMPLE && peers.every(isAddress);
      if (answer?.status !== 200 || !isAddress(self) || typeof cluster !== 'string' || !areAddresses) {
        broken('{"self": address, "cluster": name, "peers": [address, …]}', question, answer);
      }
    },
  },
  {
    id: 'full/tells-its-state',
    says: 'GET /state/ tells the version of the node, and every record with its origin, version, uuid and status.',
    section: 'HTTP',
    check: async (stage) => {
      stage.needWholeProtocol();
      const peer = await stage.peer();
      await peer.say(stage.rumor(peer.address));
      const { version, records } = await stage.state();
      const isRecord = ({ origin, version: of, uuid, status }: Said): boolean =>
        isAddress(origin) && Number.isInteger(of) && typeof uuid === 'string' && typeof status === 'string';
      const wrong = records.find((record) => !isRecord(record));
      if (!Number.isInteger(version) || wrong !== undefined) {
        broken('a version, and records of origin, version, uuid, status', get('/state/'), shown(wrong ?? version));
      }
    },
  },
  {
    id: 'full/join',
    says: 'A join is answered with a neighborReply that accepts, and both are peers.',
    section: SECTION,
    check: (stage) => givesALink(stage, (request) => ({ type: 'join', request })),
  },
  {
    id: 'full/neighbor',
    says: 'A neighbor of high priority is not declined, and both are peers.',
    section: SECTION,
    check: (stage) => givesALink(stage, (request) => ({ type: 'neighbor', priority: 'high', request })),
  },
  {
    id: 'full/disconnect',
    says: 'After a disconnect both are peers no more.',
    section: SECTION,
    check: async (stage) => {
      const peer = await stage.linked();
      peer.grants = false;
      const disconnect = { type: 'disconnect' };
      await peer.say(disconnect);
      const isGone = await within(stage.newsMs, async () =>
        (await stage.listedPeers()).includes(peer.address) ? undefined : true,
      );
      if (isGone === undefined) broken(`${peer.address} is not in /peers/`, shown(disconnect), 'it is');
    },
  },
  {
    id: 'full/shuffle',
    says: 'A shuffle is answered with a shuffleReply of at most 64 addresses.',
    section: SECTION,
    check: async (stage) => {
      const peer = await stage.peer();
      const shuffle = { type: 'shuffle', sample: [peer.address] };
      await peer.say(shuffle);
      const reply = await peer.hears(stage.newsMs, 'shuffleReply');
      const sample = reply?.['sample'];
      const isSample = Array.isArray(sample) && sample.length <= MAX_SAMPLE && sample.every(isAddress);
      if (!isSample) broken('a shuffleReply with a sample of addresses', shown(shuffle), shown(reply ?? 'nothing'));
    },
  },
];

async function givesALink(stage: FullStage, ask: (request: number) => object): Promise<void> {
  const peer = await stage.peer();
  try {
    peer.grants = true;
    const request = FullPeer.nextRequest();
    const question = ask(request);
    await peer.say(question);
    const reply = await peer.hears(stage.newsMs, 'neighborReply', (message) => message['request'] === request);
    if (reply?.['accepted'] !== true) {
      broken(
        `a neighborReply with "accepted": true and "request": ${request}`,
        shown(question),
        shown(reply ?? 'nothing'),
      );
    }
    const listed = await stage.listedPeers();
    if (!listed.includes(peer.address)) broken(`${peer.address} in /peers/`, shown(question), shown(listed));
  } finally {
    await stage.retire(peer);
  }
}
