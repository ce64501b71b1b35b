/** The library as it is shipped, in a process of somebody else's. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const LIBRARY = pathToFileURL(resolve('dist/lib/index.mjs')).href;

test('two nodes meet in one process, and V8’s flags, which are the process’s, are left alone', async () => {
  const script = `
    import v8 from 'node:v8';
    import { syncBuiltinESMExports } from 'node:module';
    const flags = [];
    v8.setFlagsFromString = (flag) => void flags.push(flag);
    syncBuiltinESMExports();
    const { startNode } = await import(${JSON.stringify(LIBRARY)});
    const one = await startNode({ port: 0 });
    const other = await startNode({ port: 0, bootstrap: [one.self] });
    while (other.snapshot().peers.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    console.log(JSON.stringify(flags));
    process.exit(0);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 20_000,
  });
  expect(JSON.parse(stdout)).toEqual([]);
});

test('a node of the library answers every path of its own that is asked for with GET', async () => {
  const script = `
    const { startNode } = await import(${JSON.stringify(LIBRARY)});
    const node = await startNode({ port: 0 });
    const statuses = {};
    for (const path of ['/peers/', '/state/', '/metrics', '/health/', '/openapi.json'])
      statuses[path] = (await fetch('http://' + node.self + path)).status;
    console.log(JSON.stringify(statuses));
    process.exit(0);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 20_000,
  });
  const all = { '/peers/': 200, '/state/': 200, '/metrics': 200, '/health/': 200, '/openapi.json': 200 };
  expect(JSON.parse(stdout)).toEqual(all);
});
