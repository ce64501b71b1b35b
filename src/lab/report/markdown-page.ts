/** The same report as Markdown, its figures beside it as files. */
import type { Block, Cell, ReportPage, Table } from './document.ts';
import { printable } from './markup.ts';

/** @param folder of the figures, as seen from the page */
export function markdownPage({ title, blocks }: ReportPage, folder: string): string {
  return [`# ${plain(title)}`, ...blocks.map((block) => blockOf(block, folder))].join('\n\n').concat('\n');
}

function blockOf(block: Block, folder: string): string {
  switch (block.kind) {
    case 'heading':
      return `## ${plain(block.text)}`;
    case 'paragraph':
      return plain(block.text);
    case 'list':
      return block.items.map((item) => `- ${plain(item)}`).join('\n');
    case 'facts':
      return block.facts
        .map(({ name, value, isCommand = false }) => `- ${plain(name)}: ${isCommand ? code(value) : plain(value)}`)
        .join('\n');
    case 'figure': {
      const { name, chart, caption } = block.figure;
      const picture = `![${plain(chart.title)}](${folder}/${name}.svg)`;
      const words = `${plain(caption)} ([PNG](${folder}/${name}.png))`.trimStart();
      return [`### ${plain(chart.title)}`, picture, words].join('\n\n');
    }
    case 'table':
      return markdownTable(block.table);
  }
}

export function markdownTable({ caption, columns, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const head = columns.map(({ name, unit }) => plain(unit === undefined ? name : `${name} (${unit})`));
  const rule = columns.map(({ isNumber }) => (isNumber ? '--:' : '---'));
  const body = rows.map((row: readonly Cell[]) => line(row.map(({ text }) => plain(text))));
  return [`${plain(caption)}:`, [line(head), line(rule), ...body].join('\n')].join('\n\n');
}

/** Nothing in it is markup: neither Markdown's nor HTML's, nor does it end a line or a table's cell. */
function plain(text: string): string {
  return printable(text)
    .replace(/[\\`*_[\]|~#!]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/^(\s*)([-+]|\d+\.)(?=\s)/, '$1\\$2');
}

/** In as many backticks as it does not contain itself. */
function code(text: string): string {
  const clean = printable(text);
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${clean} ${fence}` : `${fence}${clean}${fence}`;
}
