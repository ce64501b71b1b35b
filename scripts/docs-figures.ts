/** `npm run docs:figures [-- NAME]`: writes the figures into their pages again; all of them, or those with NAME in their name. */
import { DOCS_FIGURES } from './docs-figures/all.ts';
import { shownIn, writeInto } from './docs-figures/figure.ts';

const [wanted = ''] = process.argv.slice(2);
const chosen = DOCS_FIGURES.filter(({ name }) => name.includes(wanted));
if (chosen.length === 0) {
  console.error(`no figure is called ${wanted}; there are: ${DOCS_FIGURES.map(({ name }) => name).join('; ')}`);
  process.exit(2);
}
for (const figure of chosen) {
  const before = shownIn(figure);
  const made = await figure.make();
  if (made !== before) writeInto(figure, made);
  console.log(`${figure.page}: ${figure.name}${made === before ? ', as it was' : ', changed'}`);
}
