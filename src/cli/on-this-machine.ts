/** Runs of real processes for a command that measures: where they listen, and how such a command is stopped. */
import { Stopped, type Machine } from '../lab/real-run.ts';
import { AskedToStop, EXIT_CODES } from './asked-to-stop.ts';
import { UsageError } from './usage-error.ts';

const HOST = '127.0.0.1';

/**
 * The first signal ends what runs, and then this process with the signal's exit code.
 *
 * @throws UsageError where a port is taken
 */
export async function onThisMachine<T>(basePort: number, run: (machine: Machine) => Promise<T>): Promise<T> {
  const asked = new AskedToStop();
  const machine: Machine = {
    command: [process.execPath, process.argv[1] as string],
    host: HOST,
    basePort,
    stopped: asked.asked,
    say: (line) => void process.stderr.write(`${line}\n`),
  };
  try {
    return await run(machine);
  } catch (error) {
    if (error instanceof Stopped && asked.signal !== undefined) process.exit(EXIT_CODES[asked.signal]);
    const line = (error as Error).message;
    throw / is taken$/.test(line) ? new UsageError(line.replace(/^gossip: /, '')) : error;
  } finally {
    asked.stopListening();
  }
}

/** @throws UsageError where there are not so many ports from there on */
export function checkPorts(nodes: number, basePort: number): void {
  if (basePort + nodes - 1 > 65535) throw new UsageError(`${nodes} ports from ${basePort} go beyond 65535`);
}
