/** The dashboard's page: `npm run build` puts it into dist/dashboard/, from where the server and the static site have it. */
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Of all that a page loads, but for the graph's own chunks. */
const MAX_GZIPPED_KIB = 300;

export default defineConfig({
  root: 'src/dashboard/web',
  base: './',
  publicDir: false,
  define: { HAS_DASHBOARD: 'true' },
  build: {
    outDir: '../../../dist/dashboard',
    emptyOutDir: true,
    // light-dark(), findLast(): what came in 2024.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // No data: addresses, so that the content security policy needs to allow none.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
    rollupOptions: { input: ['src/dashboard/web/index.html', 'src/dashboard/web/simulate.html'] },
  },
  plugins: [weighed()],
});

/** Says what the page weighs, and fails when it is too heavy. */
function weighed(): Plugin {
  return {
    name: 'weighed',
    apply: 'build',
    writeBundle({ dir = '' }) {
      const kibOf = (names: string[]): number => {
        return names.reduce((sum, name) => sum + gzipSync(readFileSync(`${dir}/assets/${name}`)).length, 0) / 1024;
      };
      const names = readdirSync(`${dir}/assets`);
      const isGraph = (name: string): boolean => name.startsWith('graph-') || name.startsWith('layout-worker');
      const [graph, rest] = [kibOf(names.filter(isGraph)), kibOf(names.filter((name) => !isGraph(name)))];
      console.log(`the page: ${rest.toFixed(0)} KiB gzipped, and ${graph.toFixed(0)} KiB for the graph`);
      if (rest > MAX_GZIPPED_KIB) this.error(`more than ${MAX_GZIPPED_KIB} KiB gzipped without the graph`);
    },
  };
}
