// One libp2p gossipsub process. Its text is run from the folder where the packages are, which this project does not
// depend on. Arguments: port, `secure` (the library's defaults: noise, signed messages) or `plain`.
import process from 'node:process';
import { TextDecoder, TextEncoder } from 'node:util';
import { createLibp2p } from 'libp2p';
import { gossipsub } from '@libp2p/gossipsub';
import { identify } from '@libp2p/identify';
import { noise } from '@chainsafe/libp2p-noise';
import { plaintext } from '@libp2p/plaintext';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@chainsafe/libp2p-yamux';
import { multiaddr } from '@multiformats/multiaddr';

// libp2p calls it, and Node has it from version 22 on.
Promise.withResolvers ??= function withResolvers() {
  let resolve, reject;
  const promise = new this((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
};

const TOPIC = 'book';
const SENT = 'gossipsub_rpc_sent_message_total';
const MAX_CONNECTIONS = 400;
const [port, how] = process.argv.slice(-2);
const now = () => Number(process.hrtime.bigint()) / 1e6;

// Gossipsub counts what it sends for whoever asks for metrics; of these only one is wanted.
let copies = 0;
const nothing = () => undefined;
const metricsRegister = {
  gauge: ({ name }) => ({
    inc: (labels, by) => {
      if (name === SENT) copies += typeof labels === 'number' ? labels : (by ?? 1);
    },
    set: nothing,
    addCollect: nothing,
  }),
  histogram: () => ({ startTimer: () => nothing, observe: nothing, reset: nothing }),
  avgMinMax: () => ({ set: nothing }),
};

const unsigned = { globalSignaturePolicy: 'StrictNoSign', msgIdFn: ({ data }) => data.subarray(0, 64) };
const node = await createLibp2p({
  addresses: { listen: [`/ip4/127.0.0.1/tcp/${port}`] },
  transports: [tcp()],
  streamMuxers: [yamux()],
  connectionEncrypters: [how === 'secure' ? noise() : plaintext()],
  // All come from one address, which the defaults take for an attack.
  connectionManager: {
    maxConnections: MAX_CONNECTIONS,
    inboundConnectionThreshold: MAX_CONNECTIONS,
    maxIncomingPendingConnections: MAX_CONNECTIONS,
  },
  services: {
    identify: identify(),
    pubsub: gossipsub({
      allowPublishToZeroTopicPeers: true,
      scoreParams: { IPColocationFactorWhitelist: new Set(['127.0.0.1']) },
      metricsRegister,
      metricsTopicStrToLabel: new Map([[TOPIC, TOPIC]]),
      ...(how === 'secure' ? {} : unsigned),
    }),
  },
});

let received = [];
let peers = [];
const { pubsub } = node.services;
pubsub.addEventListener('message', ({ detail }) => received.push([new TextDecoder().decode(detail.data), now()]));
node.addEventListener('peer:connect', ({ detail }) => peers.push(['peerUp', String(detail), now()]));
node.addEventListener('peer:disconnect', ({ detail }) => peers.push(['peerDown', String(detail), now()]));
pubsub.subscribe(TOPIC);

async function answer({ dial, publish }) {
  if (dial !== undefined) {
    let failed = 0;
    for (const address of dial) await node.dial(multiaddr(address)).catch(() => failed++);
    return { failed };
  }
  if (publish !== undefined) {
    const time = now();
    await pubsub.publish(TOPIC, new TextEncoder().encode(publish));
    return { time };
  }
  const taken = { received, peers, copies };
  received = [];
  peers = [];
  copies = 0;
  return taken;
}

process.on('message', (question) => {
  void answer(question).then((answered) => process.send({ id: question.id, ...answered }));
});
process.on('disconnect', () => process.exit(0));
const name = node.peerId.toString();
process.send({ name, address: `/ip4/127.0.0.1/tcp/${port}/p2p/${name}` });
