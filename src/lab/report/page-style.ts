/** The page's style sheet, and its script, which sorts a table by the column whose head is asked to. */
import { colorProperties } from './colors.ts';

export const STYLE = `
:root{color-scheme:light dark;${colorProperties('light')}}
@media (prefers-color-scheme:dark){:root{${colorProperties('dark')}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1072px;margin:0 auto;padding:32px 16px 64px}
h1{font-size:1.7rem;line-height:1.25;margin:0 0 20px;letter-spacing:-.01em}
h2{font-size:1.3rem;line-height:1.3;margin:56px 0 12px;padding-top:18px;border-top:1px solid var(--rule)}
h3{font-size:1.05rem;line-height:1.35;margin:0}
h4{font-size:.9rem;margin:0}
p,ul{max-width:92ch;margin:0 0 14px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:6px 20px;margin:0 0 20px}
dt{color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere}
code{font:.875em/1.5 ui-monospace,"SFMono-Regular",Menlo,"DejaVu Sans Mono",monospace;background:var(--faint);padding:2px 6px;border-radius:4px}
figure{margin:28px 0 40px}
.subtitle{color:var(--muted);font-size:.9rem;margin:2px 0 8px;max-width:none}
.key{list-style:none;display:flex;flex-wrap:wrap;gap:2px 20px;margin:0 0 12px;padding:0;font-size:.85rem;max-width:none}
.key li{display:flex;align-items:center;gap:7px}
.panels{display:flex;flex-wrap:wrap;gap:18px 20px}
.panel{max-width:100%}
.panel>p{font-size:.78rem;color:var(--muted);margin:0;max-width:320px}
svg{display:block;max-width:100%;height:auto;font-family:inherit;font-size:12px}
svg text{white-space:pre}
.narrow{display:none}
figcaption{font-size:.85rem;color:var(--muted);max-width:86ch;margin-top:10px}
.scroll{overflow:auto;max-height:min(70vh,720px);border:1px solid var(--rule);border-radius:6px;margin:0 0 24px}
.scroll:focus-visible,summary:focus-visible,th button:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:separate;border-spacing:0;font-size:.84rem;font-variant-numeric:tabular-nums;width:100%}
caption{text-align:left;padding:10px 12px;font-weight:600}
th,td{padding:5px 12px;text-align:left;white-space:nowrap;border-bottom:1px solid var(--rule);vertical-align:top}
thead th{position:sticky;top:0;background:var(--faint);z-index:1;vertical-align:bottom;white-space:normal;line-height:1.25}
th small{display:block;font-weight:400;color:var(--muted)}
.n{text-align:right}
tbody tr:hover td{background:var(--faint)}
tbody tr:last-child td{border-bottom:0}
th button{all:unset;cursor:pointer;display:block;width:100%}
th button::after{content:"\\2195";color:var(--muted);margin-left:4px;font-weight:400}
th[aria-sort=ascending] button::after{content:"\\2191"}
th[aria-sort=descending] button::after{content:"\\2193"}
details{margin:0 0 24px}
summary{cursor:pointer;color:var(--link);padding:6px 0}
@media (max-width:700px){
main{padding:20px 14px 48px}
h1{font-size:1.4rem}
dl{grid-template-columns:1fr;gap:0}
dd{margin-bottom:10px}
.wide{display:none}
.narrow{display:block}
}
@media print{.scroll{max-height:none;overflow:visible}thead th{position:static}figure{break-inside:avoid}}
`;

export const SCRIPT = `
for (const table of document.querySelectorAll('table')) {
  const body = table.tBodies[0];
  table.querySelectorAll('thead th').forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const isUp = head.getAttribute('aria-sort') !== 'ascending';
      for (const other of head.parentNode.children) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', isUp ? 'ascending' : 'descending');
      const keyed = [...body.rows].map((row) => {
        const cell = row.cells[column];
        return { row, text: cell.textContent, number: parseFloat(cell.dataset.v ?? cell.textContent.replace(/,/g, '')) };
      });
      const isNumber = head.classList.contains('n');
      keyed.sort((a, b) => {
        if (!isNumber) return (isUp ? 1 : -1) * a.text.localeCompare(b.text, 'en', { numeric: true });
        if (Number.isNaN(a.number) || Number.isNaN(b.number)) return Number.isNaN(a.number) - Number.isNaN(b.number);
        return (isUp ? 1 : -1) * (a.number - b.number);
      });
      body.append(...keyed.map(({ row }) => row));
    });
  });
}
`;
