// A node written from the brief alone: node guest.mjs 7001 7000
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers';

const [me, bootstrap] = process.argv
  .slice(2)
  .filter((word) => /^\d+$/.test(word))
  .map(Number);
const peers = new Set(bootstrap ? [bootstrap] : []);
const known = new Map();
const seen = new Set();

function flood(message) {
  const options = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(message) };
  for (const port of peers)
    globalThis.fetch(`http://127.0.0.1:${port}/gossip/`, options).then(
      (r) => r.text(),
      () => {},
    );
}

function hear(message) {
  if (!message.version) return; // not in the words of the brief
  const port = Number(
    String(message.port ?? message.originating_port ?? message.origin)
      .split(':')
      .pop(),
  );
  if (seen.has(message.id ?? message.uuid) || message.version <= (known.get(port)?.version ?? 0)) return;
  seen.add(message.id ?? message.uuid);
  known.set(port, message);
  if (port !== me && peers.size < 5) peers.add(port);
  const ttl = (message.TTL ?? message.ttl) - 1;
  if (ttl > 0) flood({ ...message, [message.TTL ? 'TTL' : 'ttl']: ttl });
}

createServer(async (request, response) => {
  const answer = (value) => response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
  if (request.url.startsWith('/peers')) return answer([...peers]);
  if (request.method === 'GET')
    return answer(Object.fromEntries([...known].map(([port, m]) => [port, { book: m.book ?? m.payload.book }])));
  hear(JSON.parse(await text(request)));
  answer({ ok: true });
}).listen(me, '127.0.0.1', tell);

function tell() {
  const version = (known.get(me)?.version ?? 0) + 1;
  hear({ id: randomUUID(), port: me, version, TTL: 8, book: `Book ${Math.random()}` });
  setTimeout(tell, 3000);
}
