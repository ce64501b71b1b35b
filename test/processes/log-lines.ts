/** What a node without a screen prints: a JSON object a line. */
import type { Running } from './real-network.ts';

interface Line {
  readonly msg: string;
  readonly level: number;
  readonly reason?: string;
  readonly failures?: number;
}

export function linesOf({ stdout }: Running): Line[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

/** Those that say why it is alone. */
export function aloneLines(node: Running): Line[] {
  return linesOf(node).filter(({ msg }) => msg.startsWith('alone'));
}
