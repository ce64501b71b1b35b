/** The layout of docs/design: who may import whom, what the core may not touch, and how long a file may grow. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = resolve(dirname(fileURLToPath(import.meta.url)), '../src');
const MAX_LINES = 400;

/** The folders of `src` each may import besides itself. `cli` may import all; a folder not listed here, nothing. */
const FLOORS: { readonly [folder: string]: readonly string[] } = {
  core: [],
  trace: ['core'],
  scenario: ['core'],
  keyring: ['trace'],
  http: ['core', 'trace', 'keyring'],
  library: ['core', 'trace', 'keyring', 'http'],
  books: ['core', 'trace', 'scenario', 'library'],
  sim: ['core', 'trace', 'scenario'],
  // Above both: the library must not carry a simulator, nor the simulator sockets.
  testing: ['core', 'http', 'library', 'scenario', 'sim', 'trace'],
  verify: ['core', 'scenario', 'sim'],
  cluster: ['core', 'http', 'trace', 'scenario'],
  lab: ['core', 'sim', 'trace', 'scenario', 'cluster', 'text'],
  terminal: ['trace', 'text'],
  dashboard: ['trace', 'scenario', 'sim', 'text', 'http'],
  maelstrom: ['core', 'trace', 'http'],
  text: ['trace'],
  conform: ['core', 'http'],
};
const TOP = 'cli';
/** Folders that import nothing but other folders: no package, nothing of Node's. */
const PURE = ['core', 'trace', 'text'];
/** What has a clock, a timer or chance in it. */
const IMPURE = ['Date', 'Math.random', 'setTimeout', 'setInterval', 'performance', 'process'];
/** Files that may be longer than the rest, each with its reason. */
const LONG_FILES: readonly string[] = [];

interface Source {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.[cm]?tsx?$/.test(path))
  .map((path) => readSource(path.split(sep).join('/')));
const shipped = sources.filter(({ path }) => !/\.test\.tsx?$/.test(path));

function readSource(path: string): Source {
  const text = readFileSync(join(SRC, path), 'utf8');
  return { path, folder: path.split('/')[0]!, text, imports: importsOf(text) };
}

/** Every module named by `import … from`, `export … from`, a bare `import`, or `import()`, types too. */
function importsOf(text: string): string[] {
  const code = withoutComments(text);
  const named = code.matchAll(/\b(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]/g);
  const bare = code.matchAll(/\bimport\s*\(?\s*['"]([^'"]+)['"]/g);
  return [...named, ...bare].map((match) => match[1]!);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
}

/** The folder of `src` that an import leads to; `undefined` for a package. */
function folderOf(source: Source, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const target = relative(SRC, resolve(SRC, dirname(source.path), specifier)).split(sep);
  return target[0] === '..' ? 'outside src' : target[0];
}

function violations(): string[] {
  const found: string[] = [];
  for (const source of shipped) {
    const allowed = FLOORS[source.folder] ?? [];
    for (const specifier of source.imports) {
      const folder = folderOf(source, specifier);
      const isFine =
        folder === undefined
          ? !PURE.includes(source.folder)
          : folder === source.folder || allowed.includes(folder) || (source.folder === TOP && folder !== 'outside src');
      if (!isFine) found.push(`${source.path} imports ${specifier}`);
    }
  }
  return found;
}

describe('the floors', () => {
  test('hold: every import leads to its own folder or a floor below', () => {
    expect(shipped.length).toBeGreaterThan(10);
    expect(violations()).toEqual([]);
  });

  test('lead into the core through its index alone', () => {
    const inner = shipped
      .filter(({ folder }) => folder !== 'core')
      .flatMap((source) =>
        source.imports
          .filter((specifier) => folderOf(source, specifier) === 'core' && !specifier.endsWith('/core/index.ts'))
          .map((specifier) => `${source.path} imports ${specifier}`),
      );
    expect(inner).toEqual([]);
  });

  test('name every folder there is', () => {
    const unknown = shipped.map(({ folder }) => folder).filter((f) => f !== TOP && !(f in FLOORS) && !f.includes('.'));
    expect([...new Set(unknown)]).toEqual([]);
  });

  test('hold for tests beside the sources too, but for the helpers in test/', () => {
    const strays = sources
      .filter(({ path, folder }) => path.includes('.test.') && PURE.includes(folder))
      .flatMap((source) =>
        source.imports.filter((specifier) => specifier.startsWith('node:')).map((s) => `${source.path} ${s}`),
      );
    expect(strays).toEqual([]);
  });

  test('are read right: imports, re-exports, types, bare and dynamic ones, but not comments', () => {
    const text = `
      import a from './a.ts'; import type { B } from "./b.ts"; import './c.ts'; // import d from './d.ts'
      export { e } from './e.ts'; export * from './f.ts'; const g = await import('./g.ts');
      import {
        h,
      } from './h.ts';
      /* import i from './i.ts' */ const from = 'no';`;
    expect(importsOf(text).sort()).toEqual(['./a.ts', './b.ts', './c.ts', './e.ts', './f.ts', './g.ts', './h.ts']);
  });
});

/** Their last bit differs between engines, and with it a trace. */
const INEXACT = ['exp', 'log', 'log2', 'log10', 'pow', 'sin', 'cos', 'tan', 'cbrt', 'hypot'].map(
  (name) => `Math.${name}`,
);

describe('the simulator, what it plays and what judges it', () => {
  const sim = shipped.filter(({ folder }) => ['scenario', 'sim', 'verify'].includes(folder));

  test.each([...IMPURE, ...INEXACT])('does not use %s: it runs in a browser, and the same everywhere', (name) => {
    const use = new RegExp(`(?<![\\w.])${name.replace('.', '\\.')}[.(]`);
    expect(sim.filter(({ text }) => use.test(withoutComments(text))).map(({ path }) => path)).toEqual([]);
  });

  test('needs nothing of Node', () => {
    const all = sim.flatMap(({ path, imports }) => imports.map((specifier) => `${path} imports ${specifier}`));
    expect(all.filter((line) => line.includes(' node:'))).toEqual([]);
  });
});

describe('the core', () => {
  const core = shipped.filter(({ folder }) => folder === 'core');

  test.each(IMPURE)('does not mention %s', (name) => {
    const mention = new RegExp(`(?<![\\w.])${name.replace('.', '\\.')}\\b`);
    expect(core.filter(({ text }) => mention.test(withoutComments(text))).map(({ path }) => path)).toEqual([]);
  });
});

describe('a file', () => {
  test(`stays under ${MAX_LINES} lines`, () => {
    const long = sources.filter(({ path, text }) => text.split('\n').length > MAX_LINES && !LONG_FILES.includes(path));
    expect(long.map(({ path }) => path)).toEqual([]);
  });
});
