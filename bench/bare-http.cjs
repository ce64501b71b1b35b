// The floor that a node is held against: node:http and JSON.parse, no schema, no protocol. Says "listening" like a node. Takes a
// request for each message, or a stream of lines like a node's.
const http = require('node:http');

function takeStream(request, response) {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  let rest = '';
  request.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const { protocol } = JSON.parse(line);
      if (protocol !== undefined) response.write(`${line}\n`);
    }
  });
  request.on('end', () => response.end());
}

const server = http.createServer((request, response) => {
  if (request.headers['content-type'] === 'application/x-ndjson') return takeStream(request, response);
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { messages } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const body = JSON.stringify({ messages: [], count: messages.length });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
  });
});
server.requestTimeout = 0;
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('{"msg":"listening"}'));
