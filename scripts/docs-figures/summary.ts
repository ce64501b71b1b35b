/** What `gossip sim` prints at the end of the default scenario, but for how long that took. */
import { execFileSync } from 'node:child_process';

export function simSummary(): string {
  const printed = execFileSync(process.execPath, ['dist/gossip.cjs', 'sim'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return `\`\`\`\n${printed.slice(0, printed.search(/\n\n[\d,]+ events in /))}\n\`\`\``;
}
