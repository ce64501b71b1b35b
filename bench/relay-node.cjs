// One bare node:http process of a floor: takes an update, stamps it, and hands it on to its children in a tree. No protocol at all.
// "post": a request each, over kept-alive sockets. "stream": lines of JSON in one request for each child that stays open.
// Arguments: post or stream, its number, how many there are, children each, the first port.
const http = require('node:http');

const mode = process.argv[2];
const [number, count, children, basePort] = process.argv.slice(3).map(Number);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1, noDelay: true });
const streams = new Map();
let received = [];

const now = () => Number(process.hrtime.bigint()) / 1e6;
const optionsTo = (to) => ({ host: '127.0.0.1', port: basePort + to, path: '/', method: 'POST' });

function send(to, body) {
  if (mode === 'stream') return void streamTo(to).write(`${body}\n`);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  http.request({ ...optionsTo(to), agent, headers }, (answer) => answer.resume()).end(body);
}

function streamTo(to) {
  let stream = streams.get(to);
  if (stream === undefined) {
    stream = http.request({ ...optionsTo(to), headers: { 'content-type': 'application/x-ndjson' } });
    stream.setNoDelay(true);
    stream.on('response', (answer) => answer.resume());
    // At the end others may be gone before us.
    stream.on('error', () => streams.delete(to));
    streams.set(to, stream);
  }
  return stream;
}

/** The tree is numbered from the root that published. */
function relay({ root }, body) {
  const place = (number - root + count) % count;
  for (let child = place * children + 1; child <= place * children + children; child++) {
    if (child < count) send((child + root) % count, body);
  }
}

function take(text) {
  const update = JSON.parse(text);
  received.push([update.payload.book, now()]);
  relay(update, text);
}

function takeStream(request, response) {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' }).flushHeaders();
  let rest = '';
  request.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    lines.forEach(take);
  });
}

const server = http.createServer((request, response) => {
  request.on('error', () => undefined);
  if (request.headers['content-type'] === 'application/x-ndjson') return takeStream(request, response);
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 11 });
    response.end('{"ok":true}');
    take(Buffer.concat(chunks).toString());
  });
});
server.keepAliveTimeout = 120_000;
server.requestTimeout = 0;
server.listen(basePort + number, '127.0.0.1', () => process.send({}));

process.on('message', ({ id, publish }) => {
  if (publish !== undefined) {
    process.send({ id, time: now() });
    return relay(publish, JSON.stringify(publish));
  }
  process.send({ id, received });
  received = [];
});
process.on('disconnect', () => process.exit(0));
