// One bare node:http process of the floor: takes a POST, stamps it, and hands it on to its children in a tree over
// kept-alive sockets. No protocol at all. Arguments: its number, how many there are, children each, the first port.
const http = require('node:http');
const { Pool } = require('undici');

const [number, count, children, basePort] = process.argv.slice(2).map(Number);
const KEEP_ALIVE_MS = 120_000;
const pools = new Map();
let received = [];

const now = () => Number(process.hrtime.bigint()) / 1e6;

async function send(to, body) {
  let pool = pools.get(to);
  if (pool === undefined) {
    pool = new Pool(`http://127.0.0.1:${basePort + to}`, { connections: 1, keepAliveTimeout: KEEP_ALIVE_MS });
    pools.set(to, pool);
  }
  const headers = { 'content-type': 'application/json' };
  const answer = await pool.request({ path: '/', method: 'POST', headers, body });
  await answer.body.text();
}

/** The tree is numbered from the root that published. */
function relay({ root }, body) {
  const place = (number - root + count) % count;
  for (let child = place * children + 1; child <= place * children + children; child++) {
    if (child < count) void send((child + root) % count, body);
  }
}

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const update = JSON.parse(body);
    received.push([update.payload.book, now()]);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 11 });
    response.end('{"ok":true}');
    relay(update, body);
  });
});
server.keepAliveTimeout = KEEP_ALIVE_MS;
server.listen(basePort + number, '127.0.0.1', () => process.send({}));

process.on('message', ({ id, publish }) => {
  if (publish !== undefined) {
    process.send({ id, time: now() });
    return relay(publish, Buffer.from(JSON.stringify(publish)));
  }
  process.send({ id, received });
  received = [];
});
process.on('disconnect', () => process.exit(0));
