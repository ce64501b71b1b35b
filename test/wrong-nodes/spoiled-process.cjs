/** Loaded into a node before anything else: breaks it in the way that SPOILED names, for those who must find out. */
'use strict';
const fs = require('node:fs');
const http = require('node:http');

const kept = [];
let requests = 0;
const spoil = {
  'ends at the fiftieth request': () => {
    if (++requests === 50) throw new Error('one too many');
  },
  'keeps a part of each request': ({ url }) => {
    if (url !== '/health/') kept.push(new Array(10_000).fill(url));
  },
  'opens a file for each connection': ({ socket }) => {
    if (!socket.isNoted) fs.openSync('/dev/null');
    socket.isNoted = true;
  },
  'answers some with an internal error': (_request, response) => {
    if (++requests % 50 === 0) response.writeHead(500).end('{}');
  },
}[process.env.SPOILED ?? ''];

const { emit } = http.Server.prototype;
http.Server.prototype.emit = function (name, ...args) {
  if (name === 'request') spoil?.(...args);
  return args[1]?.headersSent === true ? true : emit.call(this, name, ...args);
};

if (process.env.SPOILED === 'reads HTTP leniently') {
  const { createServer } = http;
  http.createServer = (options, listener) => createServer({ ...options, insecureHTTPParser: true }, listener);
}
