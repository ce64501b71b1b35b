/**
 * A report as one HTML file that asks nobody for anything: its style sheet and its script are inside, and a policy in its head
 * forbids all else, whatever the names in it may say. Without the script all is there but sorting.
 */
import { createHash } from 'node:crypto';
import { panelSvg, swatchSvg, type Chart, type Panel } from './chart.ts';
import type { Block, Cell, Column, Fact, Figure, ReportPage, Table } from './document.ts';
import { markup, Markup } from './markup.ts';
import { SCRIPT, STYLE } from './page-style.ts';

/** What a panel is drawn like for a telephone, where it is wider than that. */
const NARROW = 344;

export function htmlPage({ title, blocks }: ReportPage): string {
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(STYLE)}`,
    `script-src ${hashOf(SCRIPT)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${blocks.map(blockOf)}
</main>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`.toString();
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function blockOf(block: Block): Markup {
  switch (block.kind) {
    case 'heading':
      return markup`<h2>${block.text}</h2>\n`;
    case 'paragraph':
      return markup`<p>${block.text}</p>\n`;
    case 'list':
      return markup`<ul>${block.items.map((item) => markup`<li>${item}</li>`)}</ul>\n`;
    case 'facts':
      return markup`<dl>${block.facts.map(factOf)}</dl>\n`;
    case 'figure':
      return figureOf(block.figure);
    case 'table':
      return tableOf(block.table);
  }
}

function factOf({ name, value, isCommand = false }: Fact): Markup {
  return markup`<dt>${name}</dt><dd>${isCommand ? markup`<code>${value}</code>` : value}</dd>`;
}

function figureOf({ name, chart, caption }: Figure): Markup {
  const { title, subtitle, panels } = chart;
  return markup`<figure id="${name}" aria-label="${title}">
<h3>${title}</h3>
<p class="subtitle">${subtitle}</p>
${keyOf(chart)}<div class="panels">${panels.map(panelOf)}</div>
${
  caption === ''
    ? undefined
    : markup`<figcaption>${caption}</figcaption>
`
}</figure>
`;
}

function keyOf({ key }: Chart): Markup | undefined {
  if (key === undefined) return undefined;
  const entries = key.entries.map((entry) => markup`<li>${swatchSvg(entry)}${entry.label}</li>`);
  return markup`<ul class="key">${key.label === '' ? undefined : markup`<li>${key.label}</li>`}${entries}</ul>\n`;
}

function panelOf(panel: Panel): Markup {
  const { title, note, width } = panel;
  const head = title === undefined ? undefined : markup`<h4>${title}</h4>`;
  const isWide = width > NARROW;
  return markup`<div class="panel">${head}${note === undefined ? undefined : markup`<p>${note}</p>`}${
    isWide ? markup`<div class="wide">${panelSvg(panel, width)}</div>` : panelSvg(panel, width)
  }${isWide ? markup`<div class="narrow">${panelSvg(panel, NARROW)}</div>` : undefined}</div>`;
}

function tableOf(table: Table): Markup {
  const { caption, columns, rows, foldedUnder } = table;
  const head = columns.map(headOf);
  const body = rows.map((row) => markup`<tr>${row.map((cell, i) => cellOf(cell, columns[i]!))}</tr>\n`);
  const element = markup`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>${body}</tbody></table></div>
`;
  return foldedUnder === undefined ? element : markup`<details><summary>${foldedUnder}</summary>${element}</details>\n`;
}

function headOf({ name, unit, isNumber }: Column): Markup {
  const below = unit === undefined ? undefined : markup`<small>${unit}</small>`;
  return isNumber
    ? markup`<th scope="col" class="n">${name}${below}</th>`
    : markup`<th scope="col">${name}${below}</th>`;
}

function cellOf({ text, sortBy }: Cell, { isNumber }: Column): Markup {
  const value = sortBy === undefined || String(sortBy) === text ? undefined : markup` data-v="${sortBy}"`;
  return isNumber ? markup`<td class="n"${value}>${text}</td>` : markup`<td${value}>${text}</td>`;
}
