/** Links that stream: who may open one, what is said on it, and how it ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Unseen, type Claim } from './claim.ts';
import { broken, shown } from './evidence.ts';
import { get, tryToAsk, within } from './exchange.ts';
import { FullPeer, isFields, typeOf, type Said } from './full-peer.ts';
import { KEEPALIVE_MS, openedByNode, restOf, SILENCE_MS, type LinkStage } from './link-stage.ts';
import { NDJSON, type Opened, type StreamEnd } from './stream-end.ts';

const SECTION = 'Links that stream';
/** What was said before something that came may be this much later. */
const STRAGGLER_MS = 150;
/** Together far more than what connections hold: 400 answers of 32 KB. */
const WANTS = 400;
const LARGE_RECORDS = 8;
const LARGE = 4000;

export const LINK_CLAIMS: readonly Claim<LinkStage>[] = [
  {
    id: 'links/opens-with-the-token',
    says: 'Asked for a link with a token, the node opens a stream, and shows the token as its proof.',
    section: SECTION,
    check: async ({ full }) => {
      const peer = await full.peer();
      try {
        const stream = await openedByNode(full, peer, []);
        const sent = 'neighbor with priority high, in an envelope with a token';
        if (stream === undefined) return broken(`POST /gossip/ with ${NDJSON} to ${peer.address}`, sent, 'no stream');
        const { handshake } = stream;
        const isRight = isHandshake(handshake, full.self) && handshake['proof'] === peer.token;
        if (!isRight) broken(`a handshake of ${full.self} with "proof": "${peer.token}"`, sent, shown(handshake));
      } finally {
        await full.retire(peer);
      }
    },
  },
  {
    id: 'links/answers-a-handshake',
    says: 'A stream that is opened with the token that the node gave is answered with its handshake.',
    section: SECTION,
    check: (stage) =>
      stage.withToken(async (peer, proof) => {
        const opened = await stage.open(peer, { proof });
        const isRight =
          opened?.status === 200 &&
          opened.type.startsWith(NDJSON) &&
          isHandshake(opened.stream.handshake, stage.full.self);
        if (!isRight) broken(`200, ${NDJSON} and a handshake of ${stage.full.self}`, 'a handshake', openedText(opened));
      }),
  },
  {
    id: 'links/wrong-proof',
    says: 'A stream that is opened with a wrong proof is refused with 403.',
    section: SECTION,
    check: async (stage) => {
      const peer = await stage.full.peer();
      const opened = await stage.open(peer, { proof: 'not-the-token' });
      if (opened?.status !== 403) broken('403', 'a handshake with "proof": "not-the-token"', openedText(opened));
    },
  },
  {
    id: 'links/bad-handshake',
    says: 'A first line that is no handshake, or too long for one, is refused with a 4xx.',
    section: SECTION,
    check: async (stage) => {
      const peer = await stage.full.peer();
      const lines = ['nonsense\n', '{"type":"ping","request":1}\n', `${JSON.stringify({ junk: 'x'.repeat(5000) })}\n`];
      for (const line of lines) {
        const opened = await stage.openLine(peer, line);
        if (opened === undefined || opened.status < 400 || opened.status > 499) {
          broken('a 4xx', shown(line), openedText(opened));
        }
      }
    },
  },
  {
    id: 'links/serves-without-proof',
    says: 'On a stream without a proof, messages are handled and answered.',
    section: SECTION,
    check: async (stage) => {
      const peer = await stage.full.peer();
      const opened = await stage.open(peer, {});
      if (opened?.status !== 200) return broken('200', 'a handshake without "proof"', openedText(opened));
      const { stream } = opened;
      if (!(await stage.answersOn(peer, stream))) broken('a pong', 'a ping on it', linesText(stream));
      const shuffle = { type: 'shuffle', sample: [] };
      stream.say(shuffle);
      const reply = await peer.hears(stage.newsMs, 'shuffleReply');
      if (reply === undefined) broken('a shuffleReply', shown(shuffle), linesText(stream));
    },
  },
  {
    id: 'links/tells-only-peers',
    says: 'On a stream without a proof nothing is told but answers.',
    section: SECTION,
    check: async (stage) => {
      const { peer, stream } = await stage.unproven();
      await stage.full.withLinked(2, async (from, to) => {
        await to.say({ type: 'graft', origins: [from.address], records: [] });
        await peer.say({ type: 'graft', origins: [from.address], records: [] });
        const rumor = stage.full.rumor(from.address);
        await from.say(rumor);
        if ((await to.hears(stage.newsMs, 'rumor', isOf(rumor.uuid))) === undefined) {
          throw new Unseen('news was told to no peer (see full/graft-makes-eager)');
        }
        await sleep(STRAGGLER_MS);
        const told = peer.all('rumor', isOf(rumor.uuid));
        if (told.length > 0) broken('it is told to the linked peer alone', shown(rumor), linesText(stream));
      });
    },
  },
  {
    id: 'links/hears-lines',
    says: 'What a peer says on its stream is handled: a rumor is in the table.',
    section: SECTION,
    check: (stage) =>
      stage.withStream(async (peer, stream) => {
        const rumor = stage.full.rumor(peer.address);
        stream.say(rumor);
        const record = await stage.full.recordThat(peer.address, isOf(rumor.uuid));
        if (record?.['uuid'] !== rumor.uuid) broken('it is in /state/', shown(rumor), shown(record));
      }),
  },
  {
    id: 'links/tells-on-the-stream',
    says: 'A peer that has a stream is told news on it, and nothing by requests.',
    section: SECTION,
    check: (stage) =>
      stage.withStream(async (peer, stream) => {
        await stage.full.withLinked(1, async (from) => {
          stream.say({ type: 'graft', origins: [from.address], records: [] });
          if (!(await stage.answersOn(peer, stream))) broken('a pong', 'a ping on the stream', linesText(stream));
          const rumor = stage.full.rumor(from.address);
          await from.say(rumor);
          await peer.hears(stage.newsMs, 'rumor', isOf(rumor.uuid));
          const copies = peer.heard.filter(({ message }) => typeOf(message) === 'rumor' && isOf(rumor.uuid)(message));
          if (copies.length === 0 || copies.some(({ by }) => by !== 'stream')) {
            const came = copies.map(({ by }) => (by === 'stream' ? 'a line' : 'a request')).join(' and ');
            broken('one line on the stream', shown(rumor), came || 'nothing');
          }
        });
      }),
  },
  {
    id: 'links/waits-to-be-sure',
    says: 'A stream that was opened with "keepalive" carries nothing before the next line of its opener.',
    section: SECTION,
    check: (stage) => stage.withToken((peer, proof) => saysNothingBefore(stage, peer, proof)),
  },
  {
    id: 'links/skips-a-bad-line',
    says: 'A line that is no message is skipped, and those after it are handled.',
    section: SECTION,
    check: async (stage) => {
      const { peer, stream } = await stage.unproven();
      const line = { type: 'fly' };
      stream.say(line);
      if (!(await stage.answersOn(peer, stream))) broken('a pong', `${shown(line)}, then a ping`, linesText(stream));
    },
  },
  {
    id: 'links/ends-at-nonsense',
    says: 'A line that is not JSON ends the stream, and the node goes on.',
    section: SECTION,
    check: (stage) => endsAt(stage, 'nonsense\n'),
  },
  {
    id: 'links/ends-at-a-long-line',
    says: 'A line of more than 64 KiB ends the stream, and the node goes on.',
    section: SECTION,
    check: (stage) => endsAt(stage, `${JSON.stringify({ type: 'ping', request: 1, junk: 'x'.repeat(70_000) })}\n`),
  },
  {
    id: 'links/answers-half-ends',
    says: 'A peer that ends its half of a stream gets what was written to it, and then the end.',
    section: SECTION,
    check: async (stage) => {
      const { peer, stream } = await stage.unproven();
      const request = FullPeer.nextRequest();
      stream.say({ type: 'ping', request });
      stream.output.end();
      const pong = await peer.hears(stage.newsMs, 'pong', (message) => message['request'] === request);
      const isOver = await within(stage.newsMs, () => stream.isOver || undefined);
      if (pong === undefined || isOver === undefined) {
        broken('a pong, then the end', 'a ping, then the end', `${linesText(stream)}${isOver ? ', the end' : ''}`);
      }
    },
  },
  {
    id: 'links/both-at-once',
    says: 'When both sides open a stream at once, that of the lower address stays.',
    section: SECTION,
    check: async (stage) => {
      const peer = await stage.full.peer();
      try {
        await bothAtOnce(stage, peer);
      } finally {
        await stage.full.retire(peer);
      }
    },
  },
  {
    id: 'links/backpressure',
    says: 'A peer that does not read is not written to without end: newer messages replace those that wait.',
    section: SECTION,
    check: (stage) => stage.withStream((peer, stream) => stopsWriting(stage, peer, stream)),
  },
  {
    id: 'links/keeps-alive',
    says: 'On a stream on which it has said nothing for 12 seconds, the node writes an empty line.',
    section: SECTION,
    check: async ({ quiet: { unproven, sinceMs } }) => {
      if (unproven?.status !== 200) throw new Unseen('the node serves no stream (see links/serves-without-proof)');
      const { stream } = unproven;
      const { features } = (isFields(stream.handshake) ? stream.handshake : {}) as { features?: unknown };
      if (!Array.isArray(features) || !features.includes('keepalive')) {
        throw new Unseen('the node does not name the feature "keepalive"');
      }
      const isKept = await within(restOf(KEEPALIVE_MS, sinceMs), () => stream.lines.slice(1).includes('') || undefined);
      if (isKept === undefined) broken('an empty line', 'nothing', linesText(stream));
    },
  },
  {
    id: 'links/ends-a-silent-one',
    says: 'A stream whose other side promised "keepalive" and says nothing for 15 seconds is ended.',
    section: SECTION,
    check: async ({ quiet: { silent, sinceMs } }) => {
      if (silent === undefined) throw new Unseen('the node opened no stream (see links/opens-with-the-token)');
      const isOver = await within(restOf(SILENCE_MS, sinceMs), () => silent.isOver || undefined);
      if (isOver === undefined) broken('the end of the stream', 'nothing, for 15 seconds', 'it is open');
    },
  },
];

function isHandshake(value: unknown, self: string): value is Said {
  if (!isFields(value)) return false;
  const { protocol, from, features, token } = value;
  return protocol === 1 && from === self && Array.isArray(features) && typeof token === 'string' && token.length <= 64;
}

function isOf(uuid: string): (message: Said) => boolean {
  return (message) => message['uuid'] === uuid;
}

function openedText(opened: Opened | undefined): string {
  if (opened === undefined) return 'no answer';
  return `HTTP ${opened.status} ${opened.type} ${linesText(opened.stream)}`;
}

function linesText({ lines }: StreamEnd): string {
  return lines.length === 0 ? 'no line' : shown(lines.slice(-3).join('\\n'));
}

async function endsAt(stage: LinkStage, line: string): Promise<void> {
  const { stream } = await stage.unproven();
  stream.say(line);
  const isOver = await within(stage.newsMs, () => stream.isOver || undefined);
  if (isOver === undefined) broken('the end of the stream', shown(line), linesText(stream));
  const question = get('/peers/');
  const answer = await tryToAsk(stage.full.node, question);
  if (answer?.status !== 200) broken('200 afterwards', question, answer);
}

async function saysNothingBefore(stage: LinkStage, peer: FullPeer, proof: string): Promise<void> {
  const opened = await stage.open(peer, { proof, features: ['keepalive'] });
  if (opened?.status !== 200) throw new Unseen('the node took no stream (see links/answers-a-handshake)');
  await stage.full.withLinked(1, async (from) => {
    await peer.say({ type: 'graft', origins: [from.address], records: [] });
    const [before, after] = [stage.full.rumor(from.address), stage.full.rumor(from.address)];
    await from.say(before);
    const first = await heardOf(stage, peer, before.uuid);
    if (first !== 'request') broken('it is posted', shown(before), first ?? 'nothing');
    opened.stream.say('\n');
    await stage.answersOn(peer, opened.stream);
    await from.say(after);
    const second = await heardOf(stage, peer, after.uuid);
    if (second !== 'stream') broken('a line on the stream, once a line has come', shown(after), second ?? 'nothing');
  });
}

async function heardOf(stage: LinkStage, peer: FullPeer, uuid: string): Promise<string | undefined> {
  await peer.hears(stage.newsMs, 'rumor', isOf(uuid));
  return peer.heard.find(({ message }) => isOf(uuid)(message))?.by;
}

/** The peer holds back its answer to the node's handshake, and opens a stream of its own meanwhile. */
async function bothAtOnce(stage: LinkStage, peer: FullPeer): Promise<void> {
  const { full, newsMs } = stage;
  let theirs: StreamEnd | undefined;
  peer.token = 'both-at-once';
  stage.holdStreams(peer, (stream) => (theirs = stream));
  await full.link(peer);
  const handshake = await within(newsMs, () => theirs?.handshake);
  if (!isFields(handshake)) throw new Unseen('the node opened no stream (see links/opens-with-the-token)');
  const opened = await stage.open(peer, { token: peer.token, proof: handshake['token'] });
  const expected = full.self < peer.address ? 409 : 200;
  if (opened?.status !== expected) {
    broken(`${expected}: ${full.self} and ${peer.address} both open one`, 'a handshake', openedText(opened));
  }
}

async function stopsWriting(stage: LinkStage, peer: FullPeer, stream: StreamEnd): Promise<void> {
  const keys = Array.from({ length: LARGE_RECORDS }, (_, i) => `k${i}`);
  const large = keys.map((key) => ({ ...stage.full.rumor(peer.address), key, payload: 'x'.repeat(LARGE) }));
  await peer.say(...large);
  stream.stopReading();
  const before = stream.bytes;
  const want = { type: 'want', records: keys.map((key) => [peer.address, key]) };
  // One by one: what a node reads at once it may answer at once.
  for (let i = 0; i < WANTS; i++) {
    stream.say(want);
    await sleep(1);
  }
  await stage.isThere();
  stream.goOnReading();
  if (!(await stage.answersOn(peer, stream))) broken('a pong afterwards', 'a ping on the stream', 'no pong');
  const asked = WANTS * LARGE_RECORDS * LARGE;
  const came = stream.bytes - before;
  if (came > (2 / 3) * asked) {
    broken('most of it is replaced while it waits', `${WANTS} × ${shown(want)}, unread`, `${came} bytes of ${asked}`);
  }
}
