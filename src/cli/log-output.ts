/** Where a node's log goes. A node is more than its log: when that cannot be written the node goes on, and says so once. */
import { unwritableOutput } from './output.ts';

type Output = Pick<NodeJS.WriteStream, 'on'> & {
  readonly fd: number;
  write(line: string, written: (error?: Error | null) => void): unknown;
};

export class LogOutput {
  /** Resolves when its reader has gone, and with it whoever wanted the node (`gossip | head`). */
  readonly closed: Promise<void>;
  /** Lines that could not be written. */
  lost = 0;

  constructor(
    private readonly output: Output,
    say: (line: string) => void,
  ) {
    let isTold = false;
    this.closed = new Promise((resolve) => {
      output.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EPIPE') return resolve();
        if (!isTold) say(`${unwritableOutput(output, error).message}; the node goes on without its log`);
        isTold = true;
      });
    });
  }

  /** Tried again with every line: a disk does not stay full. */
  write(line: string): void {
    this.output.write(line, (error) => {
      if (error) this.lost++;
    });
  }
}
