/**
 * The simulation as a static site, `npm run build:site`: dist/site/ can lie in any folder of any server. What a server of
 * ours says in headers it says itself, as far as a page can.
 */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import page from './vite.config.ts';

/** Nothing from elsewhere, nothing inline. (Who may frame it only a header can say.) */
const POLICY = [
  "default-src 'none'",
  ...["script-src 'self'", "worker-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'"],
  ...["base-uri 'none'", "form-action 'none'"],
].join('; ');

const asIndex: Plugin = {
  name: 'as-index',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' },
    { tag: 'meta', attrs: { name: 'referrer', content: 'no-referrer' }, injectTo: 'head' },
  ],
  writeBundle({ dir = '' }) {
    renameSync(join(dir, 'simulate.html'), join(dir, 'index.html'));
  },
};

export default defineConfig({
  ...page,
  define: { HAS_DASHBOARD: 'false' },
  build: { ...page.build, outDir: '../../../dist/site', rollupOptions: { input: 'src/dashboard/web/simulate.html' } },
  plugins: [page.plugins, asIndex],
});
