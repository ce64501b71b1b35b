/** The library as it is shipped, in a process of somebody else's. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { call } from '../support.ts';
import { startNode } from './real-network.ts';

const run = promisify(execFile);
const LIBRARY = pathToFileURL(resolve('dist/lib/index.mjs')).href;

test('two nodes meet in one process, and V8’s flags, which are the process’s, are left alone', async () => {
  const script = `
    import v8 from 'node:v8';
    import { syncBuiltinESMExports } from 'node:module';
    const flags = [];
    v8.setFlagsFromString = (flag) => void flags.push(flag);
    syncBuiltinESMExports();
    const { createGossip } = await import(${JSON.stringify(LIBRARY)});
    const one = await createGossip({ port: 0 });
    const other = await createGossip({ port: 0, join: [one.address] });
    while (other.members().length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    console.log(JSON.stringify(flags));
    process.exit(0);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 20_000,
  });
  expect(JSON.parse(stdout)).toEqual([]);
});

test('every route answers from what was built, metrics and the contract for machines too', async () => {
  const script = `
    const { createGossip } = await import(${JSON.stringify(LIBRARY)});
    const { address } = await createGossip({ port: 0 });
    const statuses = [];
    for (const path of ['/peers/', '/state/', '/health/', '/metrics', '/openapi.json']) {
      const answer = await fetch('http://' + address + path);
      statuses.push(answer.status, (await answer.text()).length > 20);
    }
    console.log(JSON.stringify(statuses));
    process.exit(0);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 20_000,
  });
  expect(JSON.parse(stdout)).toEqual(Array.from({ length: 5 }, () => [200, true]).flat());
  const { address } = await startNode();
  for (const path of ['/metrics', '/openapi.json']) expect((await call(address, 'GET', path)).status).toBe(200);
});

test('a member that is closed by a signal in the middle of a write says goodbye, also to a listener for one time', async () => {
  const script = `
    const { createGossip } = await import(${JSON.stringify(LIBRARY)});
    const { mkdtempSync, rmSync } = await import('node:fs');
    const dataDir = mkdtempSync('/tmp/gossip-library-');
    const gossip = await createGossip({ port: 0, dataDir });
    process.once('SIGTERM', () => void gossip.close().then(() => {
      rmSync(dataDir, { recursive: true });
      console.log('closed');
      process.exit(0);
    }));
    setInterval(() => { try { gossip.set(1); } catch {} }, 1);
    setTimeout(() => process.kill(process.pid, 'SIGTERM'), 200);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000 });
  expect(stdout).toBe('closed\n');
});
