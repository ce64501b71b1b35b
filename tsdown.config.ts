import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import type { Plugin } from 'rolldown';
import license from 'rollup-plugin-license';
import { defineConfig } from 'tsdown';
import { compiledValidators } from './scripts/compile-schemas.ts';
import { writeCodeCache } from './scripts/write-code-cache.ts';
import packageJson from './package.json' with { type: 'json' };

const everything = { alwaysBundle: [/.*/], onlyBundle: false as const };
const common = { platform: 'node', target: 'node20', outDir: 'dist', sourcemap: false } as const;
const library = {
  outDir: 'dist/lib',
  format: ['esm', 'cjs'] as ('esm' | 'cjs')[],
  dts: true,
  clean: false,
  deps: everything,
} as const;
const define = { PACKAGE_VERSION: JSON.stringify(packageJson.version) };

const compiledSchemas: Plugin = {
  name: 'compiled-schemas',
  load: (id) => (id.endsWith('/src/http/validators.ts') ? compiledValidators() : undefined),
};

/** The screens are a bundle of their own, loaded by the path it will have beside the others. */
const screensApart: Plugin = {
  name: 'screens-apart',
  resolveId: (id) => {
    const screen = /\/terminal\/(node|network)-screen\.tsx$/.exec(id);
    return screen ? { id: `./${screen[1]}-screen.mjs`, external: true } : undefined;
  },
};

/** prom-client asks for it for exemplars, which we do not make; and rolldown's minifier breaks it ("let t = t()"). */
const noTelemetry: Plugin = {
  name: 'no-telemetry',
  resolveId: (id) => (id === '@opentelemetry/api' ? '\0no-telemetry' : undefined),
  load: (id) => (id === '\0no-telemetry' ? 'export const trace = undefined, context = undefined;' : undefined),
};

/** Ink asks for it in development only, and it is not installed. */
const noDevtools: Plugin = {
  name: 'no-devtools',
  resolveId: (id) => (id === 'react-devtools-core' ? '\0no-devtools' : undefined),
  load: (id) => (id === '\0no-devtools' ? 'export default {};' : undefined),
};

/**
 * What libraries load for uses that we have none of: commander starts programs for subcommands, pino writes to files and from threads. Each
 * costs every node about half a millisecond of CPU at its start.
 */
const UNUSED = [
  { id: 'node:child_process', by: '/commander/' },
  { id: 'sonic-boom', by: '/pino/' },
  { id: 'thread-stream', by: '/pino/' },
];
const unused: Plugin = {
  name: 'unused',
  resolveId: (asked, importer = '') =>
    UNUSED.some(({ id, by }) => asked === id && importer.includes(by)) ? '\0unused' : undefined,
  load: (id) => (id === '\0unused' ? 'module.exports = class {};' : undefined),
};

/** What is bundled keeps its licences: a file for each bundle, of what is in that. */
const licencesOf = (bundle: string): Plugin =>
  (license as unknown as (options: object) => Plugin)({
    thirdParty: { output: { file: resolve(`dist/licences/${bundle}.txt`) } },
  });

/** All that a node needs when it starts stands in one file, so that the code cache covers it. What it imports stands there, too. */
const startup = { name: 'startup', test: /\/src\/cli\/(main|node-log)\.ts$|rolldown\/runtime/ };

export default defineConfig([
  {
    ...common,
    name: 'command',
    entry: { main: 'src/cli/main.ts' },
    format: 'cjs',
    minify: true,
    dts: false,
    clean: ['dist'],
    deps: everything,
    define,
    plugins: [compiledSchemas, screensApart, noTelemetry, unused, licencesOf('command')],
    outputOptions: { codeSplitting: { groups: [startup] } },
    hooks: { 'build:done': finishCommand },
  },
  {
    ...common,
    name: 'screens',
    entry: ['src/terminal/node-screen.tsx', 'src/terminal/network-screen.tsx'],
    format: 'esm',
    minify: true,
    dts: false,
    clean: false,
    deps: everything,
    // Development React keeps a measure of every frame for ever.
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    plugins: [noDevtools, licencesOf('screens')],
  },
  {
    // What a thread for runs loads: looked for beside the command.
    ...common,
    name: 'run threads',
    entry: { 'run-worker': 'src/lab/run-worker.ts' },
    format: 'esm',
    minify: true,
    dts: false,
    clean: false,
    deps: everything,
    plugins: [licencesOf('run-threads')],
  },
  {
    ...common,
    ...library,
    name: 'library',
    entry: { index: 'src/library/create-gossip.ts', testing: 'src/testing/testing.ts' },
    define,
    plugins: [compiledSchemas, noTelemetry, licencesOf('library')],
  },
  {
    ...common,
    ...library,
    name: 'library for browsers',
    // Else what is bundled begins with imports of Node's.
    platform: 'neutral',
    fixedExtension: true,
    target: 'es2023',
    entry: {
      core: 'src/core/index.ts',
      trace: 'src/trace/trace-event.ts',
      sim: 'src/sim/simulate.ts',
    },
    plugins: [licencesOf('simulator')],
  },
]);

/** What a report's pictures are drawn with, read when one is (`carriedFile`). */
const CARRIED = [
  '@resvg/resvg-wasm/index_bg.wasm',
  'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
];

function carryFiles(): void {
  mkdirSync('dist/carried', { recursive: true });
  const { resolve } = createRequire(import.meta.url);
  for (const name of CARRIED) copyFileSync(resolve(name), `dist/carried/${basename(name)}`);
}

/** Makes main.cjs ASCII, puts the launcher beside it, and has it write its code cache. */
async function finishCommand(): Promise<void> {
  carryFiles();
  const main = 'dist/main.cjs';
  const escaped = readFileSync(main, 'utf8').replace(/[\u0080-\uffff]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  writeFileSync(main, escaped);
  copyFileSync('scripts/launcher.cjs', 'dist/gossip.cjs');
  chmodSync('dist/gossip.cjs', 0o755);
  await writeCodeCache('dist/gossip.cjs').catch((error: Error) => {
    console.warn(`no code cache, so nodes start slower: ${error.message}`);
  });
}
