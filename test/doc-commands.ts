/** The commands that a page of the documentation shows, as a reader would type them. */
import { readFileSync } from 'node:fs';

/** Of all blocks of shell, line by line, without the remarks behind them. */
export function commandsOf(page: string): string[] {
  return blocksOf(page, 'sh').flatMap((block) =>
    block.split('\n').flatMap((line) => {
      const command = line.replace(/\s+#\s.*$/, '').trim();
      return command === '' ? [] : [command];
    }),
  );
}

export function blocksOf(page: string, language: string): string[] {
  const blocks = readFileSync(page, 'utf8').matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'));
  return [...blocks].map(([, text = '']) => text);
}
