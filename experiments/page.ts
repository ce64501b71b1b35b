/** A page of Markdown whose tables are made by a command and whose words are not. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

const BEGIN = '<!-- made by the command above: do not edit -->';
const END = '<!-- end -->';

export type Cell = string | number;

export function markdownTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

/** Puts what is made between the page's two marks, formatted as the rest of the page. */
export async function writePage(path: string, made: string): Promise<void> {
  const page = existsSync(path) ? readFileSync(path, 'utf8') : `${BEGIN}\n${END}\n`;
  const [before, rest = ''] = page.split(BEGIN);
  const after = rest.slice(rest.indexOf(END));
  if (rest === '' || !after.startsWith(END)) throw new Error(`${path} has lost its marks: ${BEGIN} … ${END}`);
  const config = await resolveConfig(path);
  writeFileSync(path, await format(`${before}${BEGIN}\n\n${made}\n\n${after}`, { ...config, parser: 'markdown' }));
}
