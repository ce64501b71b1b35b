#!/usr/bin/env node
'use strict';
/*
 * The `gossip` command. It runs main.cjs beside it through V8's code cache, which halves the CPU that a node costs to
 * start (`npm run bench:startup`). Node 22 has module.enableCompileCache() for this; Node 20 has not.
 *
 * The cache belongs to one build, one Node and one machine type. Where it does not fit, V8 compiles as always.
 * The build writes it for the Node that builds; with GOSSIP_WRITE_CODE_CACHE set this file is what writes it.
 */
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const vm = require('node:vm');

const file = path.join(__dirname, 'main.cjs');
const cacheFile = path.join(__dirname, `main-${process.version}-${process.platform}-${process.arch}.cache`);

// The build makes main.cjs pure ASCII: read as latin1 it is a one-byte string, half the memory.
const source = `(function(exports,require,module,__filename,__dirname){${fs.readFileSync(file, 'latin1')}\n})`;
let cachedData;
try {
  cachedData = fs.readFileSync(cacheFile);
} catch {
  cachedData = undefined;
}
const script = new vm.Script(source, { filename: file, cachedData });

// Registered like any module, because the parts that load later require main.cjs for what they share with it.
const main = new Module(file, null);
main.filename = file;
main.paths = module.paths;
require.cache[file] = main;
script.runInThisContext()(main.exports, require, main, file, __dirname);
main.loaded = true;

if (process.env.GOSSIP_WRITE_CODE_CACHE !== undefined) {
  process.on('exit', () => {
    fs.writeFileSync(`${cacheFile}.new`, script.createCachedData());
    fs.renameSync(`${cacheFile}.new`, cacheFile);
  });
}
