/** `gossip maelstrom`: one node on stdin and stdout, speaking Maelstrom's protocol. Only its lines go to stdout. */
import { randomInt } from 'node:crypto';
import { fingerprintOf } from '../core/index.ts';
import { LineSplitter } from '../maelstrom/line-splitter.ts';
import { MaelstromHost } from '../maelstrom/maelstrom-host.ts';
import { now, setRealAlarm } from '../http/clock.ts';
import { seededRandom } from '../http/seeded-random.ts';
import { escapeControls } from '../trace/escape-controls.ts';
import type { MaelstromCommandOptions } from './main.ts';
import { endWithOutput } from './output.ts';

/** Far above anything that we or Maelstrom's clients say. */
const MAX_LINE_CHARACTERS = 4 * 1024 * 1024;

/** Ends with the process, when stdin does. */
export function runMaelstrom({ batchMs, heartbeatMs, seed }: MaelstromCommandOptions): void {
  const warn = (warning: string): void => void process.stderr.write(escapeControls(`gossip: ${warning}\n`));
  const host = new MaelstromHost({
    batchMs,
    heartbeatMs,
    warn,
    now,
    setAlarm: setRealAlarm,
    // Nodes of one seed still choose differently.
    randomFor: (self) => seededRandom(seed === undefined ? randomInt(2 ** 31) : fingerprintOf(`${seed} ${self}`).low),
    write: (line) => void process.stdout.write(`${line}\n`),
  });
  const lines = new LineSplitter(
    MAX_LINE_CHARACTERS,
    (line) => host.receive(line),
    () => warn(`a line of more than ${MAX_LINE_CHARACTERS} characters is passed over`),
  );
  const end = (): void => {
    lines.end();
    host.stop();
    process.stdout.write('', () => process.exit(0));
  };
  endWithOutput();
  process.stdin
    .setEncoding('utf8')
    .on('data', (text: string) => lines.push(text))
    .on('end', end)
    .on('error', end);
}
