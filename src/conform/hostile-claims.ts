/** Bad input is refused with a 4xx and one clear line, and changes nothing. */
import { connect } from 'node:net';
import { splitAddress } from '../core/index.ts';
import type { Claim } from './claim.ts';
import { broken, questionText, shown } from './evidence.ts';
import { ask, get, NoAnswer, post, tryToAsk, within, type Question } from './exchange.ts';
import { isFields, type FullPeer } from './full-peer.ts';
import type { FullStage } from './full-stage.ts';
import { WRONG_FIELD_CLAIMS } from './wrong-field-claims.ts';

const HTTP = 'HTTP';
const POST_GOSSIP = 'POST /gossip/';
const MAX_BODY_BYTES = 65_536;
const MAX_MESSAGES = 1000;

export const HOSTILE_CLAIMS: readonly Claim<FullStage>[] = [
  {
    id: 'hostile/not-json',
    says: 'A body that is not a JSON object is refused with 400.',
    section: HTTP,
    check: async (stage) => {
      stage.needWholeProtocol();
      const bodies = ['{"from":', '', 'null', '7', '"hello"', '[{"type":"ping","request":1}]', '{}'];
      await stage.areRefused(
        bodies.map((body) => [post(body), MARK] as const),
        400,
      );
    },
  },
  {
    id: 'hostile/not-utf8',
    says: 'A body that is not UTF-8 is refused with 400.',
    section: POST_GOSSIP,
    check: async (stage) => {
      const peer = await stage.peer();
      const text = JSON.stringify(stage.rumor(peer.address)).replace('volume', '\xff\xfe');
      await stage.isRefused(post(Buffer.from(text, 'latin1')), 400, peer.address);
    },
  },
  {
    id: 'hostile/content-type',
    says: 'A body of another content-type than JSON is refused with 415.',
    section: POST_GOSSIP,
    check: async (stage) => {
      const peer = await stage.peer();
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'nonsense']) {
        const rumor = stage.rumor(peer.address);
        await stage.isRefused(post(rumor, { 'content-type': type }), 415, rumor.uuid);
      }
    },
  },
  {
    id: 'hostile/too-large',
    says: 'A body of more than 64 KiB is refused with 413.',
    section: POST_GOSSIP,
    check: async (stage) => {
      const peer = await stage.peer();
      const rumor = stage.rumor(peer.address);
      const body = peer.envelope([{ ...rumor, junk: 'x'.repeat(MAX_BODY_BYTES) }]);
      await stage.isRefused(post(body), 413, rumor.uuid);
    },
  },
  {
    id: 'hostile/too-many-messages',
    says: 'A body of more than 1000 messages is refused with 400.',
    section: POST_GOSSIP,
    check: async (stage) => {
      const peer = await stage.peer();
      const rumor = stage.rumor(peer.address);
      const body = peer.envelope([rumor, ...new Array<number>(MAX_MESSAGES).fill(0)]);
      await stage.isRefused(post(body), 400, rumor.uuid);
    },
  },
  ...WRONG_FIELD_CLAIMS,
  {
    id: 'hostile/dangerous-keys',
    says: 'A body with a key __proto__ or constructor.prototype is refused with 400.',
    section: HTTP,
    check: async (stage) => {
      const peer = await stage.peer();
      for (const key of ['"__proto__":{"a":1}', '"\\u005f_proto__":{"a":1}', '"constructor":{"prototype":{"a":1}}']) {
        const rumor = stage.rumor(peer.address);
        const body = JSON.stringify(rumor).replace('"book"', `${key},"book"`);
        await stage.isRefused(post(body), 400, rumor.uuid);
      }
    },
  },
  {
    id: 'hostile/unknown-fields',
    says: 'Fields that the protocol does not name are neither kept nor passed on.',
    section: HTTP,
    check: (stage) =>
      stage.withLinked(2, async (from, to) => {
        await to.say({ type: 'graft', origins: [from.address], records: [] });
        const rumor = stage.rumor(from.address);
        const body = from.envelope([{ ...rumor, [MARK]: MARK }]);
        const question = post(body);
        await ask(stage.node, question);
        const copy = await to.hears(stage.newsMs, 'rumor', ({ uuid }) => uuid === rumor.uuid);
        if (copy !== undefined && MARK in copy) broken(`no ${MARK} in what is passed on`, question, shown(copy));
        const { text } = await stage.state();
        if (!text.includes(rumor.uuid)) broken('the rumor is in /state/', question, 'it is not');
        if (text.includes(MARK)) broken(`no ${MARK} in /state/`, question, 'it is in /state/');
      }),
  },
  {
    id: 'hostile/bad-among-good',
    says: 'A bad message is skipped and named by its index; the others of its body are handled.',
    section: POST_GOSSIP,
    check: async (stage) => {
      const peer = await stage.peer();
      const [good, other] = [stage.rumor(peer.address), stage.rumor(peer.address)];
      const bad = [{ type: 'fly' }, 7, { ...other, ttl: 0 }, { type: 'join ' }];
      const question = post(peer.envelope([...bad, good]));
      const answer = await tryToAsk(stage.node, question);
      const errors = isFields(answer?.json) ? answer.json['errors'] : undefined;
      const named = Array.isArray(errors) ? errors.filter(isFields).map(({ index }) => index) : [];
      if (answer?.status !== 200 || named.join() !== '0,1,2,3') {
        broken('200 and "errors" with the indexes 0 to 3', question, answer);
      }
      if (!(await stage.state()).text.includes(good.uuid)) broken('the good one is in /state/', question, 'it is not');
    },
  },
  {
    id: 'hostile/nothing-good',
    says: 'A body of which no message is left to handle is answered with 400.',
    section: POST_GOSSIP,
    check: async (stage) => {
      const peer = await stage.peer();
      await stage.isRefused(post(peer.envelope([{ type: 'fly' }, { type: 'ping', request: -1 }])), 400, MARK);
    },
  },
  {
    id: 'hostile/bad-delta',
    says: 'A delta with one bad rumor is skipped as a whole.',
    section: POST_GOSSIP,
    check: async (stage) => {
      const peer = await stage.peer();
      const good = stage.rumor(peer.address);
      const delta = { type: 'delta', rumors: [good, { ...stage.rumor(peer.address), version: 0 }] };
      await stage.isRefused(post(peer.envelope([delta])), 400, good.uuid);
    },
  },
  {
    id: 'hostile/from-itself',
    says: 'A body that claims to come from the node itself is refused with 400.',
    section: POST_GOSSIP,
    check: async (stage) => {
      const peer = await stage.peer();
      const rumor = stage.rumor(peer.address);
      const body = { ...peer.envelope([rumor]), from: stage.self };
      await stage.isRefused(post(body), 400, rumor.uuid);
    },
  },
  {
    id: 'hostile/other-network',
    says: 'A body of another network is refused with 403, and the answer names this one.',
    section: POST_GOSSIP,
    check: async (stage) => {
      const peer = await stage.peer();
      const rumor = stage.rumor(peer.address);
      const question = post({ ...peer.envelope([rumor]), cluster: `not-${stage.cluster}`.slice(0, 64) });
      await stage.isRefused(question, 403, rumor.uuid);
      const answer = await tryToAsk(stage.node, question);
      const named = isFields(answer?.json) ? answer.json['cluster'] : undefined;
      if (named !== stage.cluster) broken(`"cluster": ${JSON.stringify(stage.cluster)}`, question, answer);
    },
  },
  {
    id: 'hostile/wrong-method',
    says: 'A method that a path does not take is refused with 405, and "allow" names those it takes.',
    section: HTTP,
    check: async (stage) => {
      stage.needWholeProtocol();
      for (const [method, path, taken] of [
        ['DELETE', '/peers/', 'GET'],
        ['GET', '/gossip/', 'POST'],
        ['PUT', '/state/', 'GET'],
      ] as const) {
        const question: Question = { method, path };
        await stage.isRefused(question, 405, MARK);
        const allow = String((await tryToAsk(stage.node, question))?.headers['allow']);
        if (!allow.includes(taken)) broken(`allow: ${taken}`, question, `allow: ${allow}`);
      }
    },
  },
  {
    id: 'hostile/unknown-path',
    says: 'A path that the protocol does not name is refused with 404.',
    section: HTTP,
    check: async (stage) => {
      stage.needWholeProtocol();
      await stage.areRefused(
        ['/nothing/', '/gossip/more', '/'].map((path) => [get(path), MARK] as const),
        404,
      );
    },
  },
  {
    id: 'hostile/unasked-reply',
    says: 'A reply that names no open request changes nothing: no link comes of it.',
    section: 'Messages',
    check: async (stage) => {
      const peer = await stage.peer();
      const question = post(peer.envelope([{ type: 'neighborReply', accepted: true, request: 77 }]));
      await tryToAsk(stage.node, question);
      const listed = await stage.listedPeers();
      if (listed.includes(peer.address)) broken(`no link to ${peer.address}`, question, `/peers/ ${shown(listed)}`);
    },
  },
  {
    id: 'hostile/echo',
    says: 'What the node said itself and hears again changes nothing.',
    section: POST_GOSSIP,
    check: async (stage) => {
      const peer = await stage.peer();
      // It may just tell something new by itself, but hardly twice.
      if (await risesByEcho(stage, peer)) await risesByEcho(stage, peer, true);
    },
  },
  {
    id: 'hostile/half-a-request',
    says: 'While a request stands still in the middle, others are answered.',
    section: HTTP,
    check: async (stage) => {
      const { host, port } = splitAddress(stage.node);
      const socket = connect(port, host.replace(/^\[|\]$/g, '')).on('error', () => undefined);
      const head = `POST /gossip/ HTTP/1.1\r\nhost: ${stage.node}\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n`;
      try {
        await new Promise((resolve) => socket.once('connect', resolve).once('error', resolve));
        socket.write(`${head}{"from":`);
        for (let i = 0; i < 3; i++) await ask(stage.node, get('/peers/'));
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        broken('GET /peers/ is answered meanwhile', `${head.split('\r\n')[0]} and half of its body`, error.message);
      } finally {
        socket.destroy();
      }
    },
  },
  {
    id: 'hostile/not-http',
    says: 'Bytes that are not HTTP are answered with 400 or the end of the connection, and the node goes on.',
    section: HTTP,
    check: async (stage) => {
      const { host, port } = splitAddress(stage.node);
      const socket = connect(port, host.replace(/^\[|\]$/g, ''));
      let came = '';
      let isOver = false;
      socket
        .on('error', () => undefined)
        .on('data', (bytes: Buffer) => (came += bytes.toString('latin1')))
        .once('close', () => (isOver = true));
      const bytes = '\x16\x03\x01\x02\x00\x01\x00\x01 not HTTP\r\n\r\n';
      socket.write(bytes, 'latin1');
      const ended = await within(stage.newsMs, () => isOver || came.includes(' 400 ') || undefined);
      socket.destroy();
      if (ended === undefined) broken('400, or the end of the connection', shown(bytes), shown(came) || 'nothing');
      const question = get('/peers/');
      const answer = await tryToAsk(stage.node, question);
      if (answer?.status !== 200) broken('200 afterwards', question, answer);
    },
  },
];

/** In nothing that an honest node says. */
const MARK = 'conformJunk';

/** @returns whether the node's version rose; @throws {Broken} instead, if it is to */
async function risesByEcho(stage: FullStage, peer: FullPeer, isLast = false): Promise<boolean> {
  const own = await stage.record(stage.self);
  const { version } = await stage.state();
  if (own === undefined) return false;
  const { uuid, payload, version: said } = own;
  const question = post(peer.envelope([{ uuid, origin: stage.self, version: said, ttl: 3, payload }]));
  await tryToAsk(stage.node, question);
  const { version: after } = await stage.state();
  if (after === version) return false;
  if (isLast) broken(`its version stays ${version}`, questionText(question), `version ${after} in /state/`);
  return true;
}
