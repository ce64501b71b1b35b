// The floor that a node is held against: node:http and JSON.parse, no schema, no protocol. Says "listening" like a node.
const http = require('node:http');

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { messages } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const body = JSON.stringify({ messages: [], count: messages.length });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('{"msg":"listening"}'));
