/** Who answers, who looks for others, and what is said of who is gone. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Claim } from './claim.ts';
import { broken, shown } from './evidence.ts';
import { within } from './exchange.ts';
import { FullPeer, type Said } from './full-peer.ts';
import type { FullStage } from './full-stage.ts';

const SECTION = 'Who lives';
/** Half a second of helpers, and their answers. */
const PROBE_MS = 3000;
/** A connection is refused twice half a second apart, helpers look, and the network is told. */
const DOWN_MS = 8000;
/** Until a heartbeat is sent (5 s), is not answered (4 s), and three helpers have looked: doubled, for a node that distrusts itself. */
const SUSPECT_MS = 25_000;

export const LIVENESS_CLAIMS: readonly Claim<FullStage>[] = [
  {
    id: 'full/ping',
    says: 'A ping is answered with a pong of the same request.',
    section: SECTION,
    check: async (stage) => {
      const peer = await stage.peer();
      const request = FullPeer.nextRequest();
      await peer.say({ type: 'ping', request });
      const pong = await peer.hears(stage.newsMs, 'pong', (message) => message['request'] === request);
      if (pong === undefined) {
        broken(`a pong with "request": ${request}`, shown({ type: 'ping', request }), shown(peer.all('pong')));
      }
    },
  },
  {
    id: 'full/probe-of-the-living',
    says: 'Asked to look for a member that answers, the node pings it and says that it saw it alive.',
    section: SECTION,
    check: async (stage) => {
      const target = await stage.peer();
      await probed(stage, target, 'alive');
      if (target.all('ping').length === 0) broken('a ping', `a probe of ${target.address}`, 'none');
    },
  },
  {
    id: 'full/probe-of-the-dead',
    says: 'Asked to look for a member whose port refuses connections, it says so.',
    section: SECTION,
    check: async (stage) => {
      const target = await stage.peer();
      await target.close();
      await probed(stage, target, 'refused');
    },
  },
  {
    id: 'full/probe-of-the-silent',
    says: 'Asked to look for a member that does not answer, it says within half a second that it met silence.',
    section: SECTION,
    check: async (stage) => {
      const target = await stage.peer();
      target.isSilent = true;
      await probed(stage, target, 'silence');
      await target.close();
    },
  },
  {
    id: 'full/tells-of-a-death',
    says: 'When a peer is gone and its port refuses connections, the others are told that it is down.',
    section: SECTION,
    check: (stage) =>
      stage.withLinked(3, async (victim, one, other) => {
        await victim.say(stage.rumor(victim.address));
        await victim.close();
        for (const peer of [one, other]) {
          const claim = await peer.hears(DOWN_MS, 'rumor', isClaim(victim, 'down'));
          if (claim === undefined) broken(`${peer.address} is told "down"`, 'the end of its connections', 'nothing');
        }
      }),
  },
  {
    id: 'full/suspects-first',
    says: 'A peer that is silent is suspected first, and not called down at once.',
    section: SECTION,
    check: async (stage) => {
      const { silent, claim } = await silenceOf(stage);
      if (claim?.['status'] !== 'suspect') broken(`"suspect" of ${silent.address}`, SENT, shown(claim ?? 'nothing'));
    },
  },
  {
    id: 'full/asks-before-it-accuses',
    says: 'Before it accuses a silent peer the node asks others to look; one that they reach is not accused.',
    section: SECTION,
    check: async (stage) => {
      const { reached, accusations, probes } = await silenceOf(stage);
      const [accusation] = accusations(reached);
      if (accusation !== undefined) broken('no accusation', 'probeReply that saw "alive"', shown(accusation));
      if (probes(reached).length === 0) broken(`a probe of ${reached.address}`, SENT, 'nothing');
    },
  },
];

const SENT = 'nothing: the peer is silent';

/** What the others heard while one peer was silent to all, and another to the node alone. */
interface Silence {
  readonly silent: FullPeer;
  readonly reached: FullPeer;
  /** The first accusation of the one that is silent to all. */
  readonly claim: Said | undefined;
  readonly accusations: (of: FullPeer) => Said[];
  readonly probes: (of: FullPeer) => Said[];
}

/** It takes many seconds, so the claims share one. */
const silences = new WeakMap<FullStage, Promise<Silence>>();

function silenceOf(stage: FullStage): Promise<Silence> {
  const silence = silences.get(stage) ?? fallSilent(stage);
  silences.set(stage, silence);
  return silence;
}

async function fallSilent(stage: FullStage): Promise<Silence> {
  const [one, other] = [await stage.linked(), await stage.linked()];
  const victims = [await stage.linked(), await stage.linked()] as const;
  const [silent, reached] = victims;
  const heard = (): Said[] => [one, other].flatMap((peer) => peer.heard.map(({ message }) => message));
  const accusations = (of: FullPeer): Said[] => heard().filter(isClaim(of, 'suspect', 'down'));
  const probes = (of: FullPeer): Said[] =>
    heard().filter(({ type, target }) => type === 'probe' && target === of.address);
  for (const victim of victims) {
    await victim.say(stage.rumor(victim.address), { type: 'graft', origins: [one.address], records: [] });
    victim.isSilent = true;
  }
  reached.isSeenByHelpers = true;
  // So that the node has something to tell them.
  await one.say(stage.rumor(one.address));
  await within(SUSPECT_MS, () => accusations(silent)[0] && probes(reached)[0]);
  await sleep(stage.newsMs);
  await Promise.all(victims.map((victim) => victim.close()));
  await stage.retire(one, other);
  return { silent, reached, claim: accusations(silent)[0], accusations, probes };
}

function isClaim({ address }: FullPeer, ...statuses: readonly string[]): (message: Said) => boolean {
  return ({ origin, status }) => origin === address && statuses.includes(String(status));
}

async function probed(stage: FullStage, target: FullPeer, expected: string): Promise<void> {
  const asker = await stage.peer();
  const request = FullPeer.nextRequest();
  const probe = { type: 'probe', target: target.address, request };
  await asker.say(probe);
  const reply = await asker.hears(PROBE_MS, 'probeReply', (message) => message['request'] === request);
  if (reply?.['saw'] !== expected || reply['target'] !== target.address) {
    broken(`a probeReply that saw "${expected}"`, shown(probe), shown(reply ?? 'nothing'));
  }
}
