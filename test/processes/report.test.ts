import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gossip, temporaryDirectory } from './real-network.ts';

const PNG_SIGNATURE = '89504e470d0a1a0a';

/** What a browser would fetch: sources, links and styles that are not in the page itself. Namespaces are names, not fetched. */
function externalReferences(html: string): string[] {
  const attributes = [...html.matchAll(/\s(?:src|srcset|href|xlink:href|action|poster|data)="([^"]*)"/g)].map(
    ([, to = '']) => to,
  );
  const styles = [...html.matchAll(/url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)/g)].map(
    ([, url = '', sheet = '']) => url || sheet,
  );
  return [...attributes, ...styles].filter((to) => !to.startsWith('#') && !to.startsWith('data:'));
}

describe('gossip report', () => {
  test('makes a page that needs nothing else, the same as Markdown, and each figure as SVG and PNG', async () => {
    const directory = temporaryDirectory();
    const [results, out] = [join(directory, 'results'), join(directory, 'report')];
    const grid = ['--strategy', 'flood,random', '--vary', 'fanout=2..3', '--vary', 'loss=0,0.1', '--seeds', 2];
    expect((await gossip('sweep', ...grid, '--out', results).ended).code).toBe(0);
    const { code, stdout, stderr } = await gossip('report', results, '--out', out).ended;
    expect([code, stderr]).toEqual([0, '']);

    const figures = readdirSync(join(out, 'figures'));
    const names = [...new Set(figures.map((name) => name.replace(/\.(svg|png)$/, '')))];
    expect(figures.toSorted()).toEqual(names.flatMap((name) => [`${name}.png`, `${name}.svg`]).toSorted());
    expect(names.length).toBeGreaterThan(2);
    expect(stdout).toContain(`with ${names.length} figures as SVG and PNG`);
    for (const name of names) {
      const png = readFileSync(join(out, 'figures', `${name}.png`));
      expect(png.subarray(0, 8).toString('hex')).toBe(PNG_SIGNATURE);
      expect(readFileSync(join(out, 'figures', `${name}.svg`), 'utf8')).toMatch(/^<svg [^]*<\/svg>\s*$/);
    }

    const html = readFileSync(join(out, 'report.html'), 'utf8');
    expect(externalReferences(html)).toEqual([]);
    expect(html).toContain('default-src &#39;none&#39;');
    expect(html.match(/<svg /g)?.length).toBeGreaterThanOrEqual(names.length);

    const markdown = readFileSync(join(out, 'report.md'), 'utf8');
    const pictures = [...markdown.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, path]) => path);
    expect(pictures.length).toBe(names.length);
    for (const path of pictures) expect(figures).toContain(path?.replace('figures/', ''));
    expect(markdown).toContain('gossip sweep --strategy flood,random');
  });

  test('refuses a folder whose sweep.json was edited, with one line that names the field', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'sweep.json'), '{"format": 2, "version": 7}');
    const { code, stdout, stderr } = await gossip('report', directory).ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^gossip: \S+sweep\.json: version: expected a text [^\n]+, got 7\n$/);
  });
});
