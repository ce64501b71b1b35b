/**
 * What becomes of a command whose output cannot be written. Only a reader that has gone is quiet (`| head`: it has read
 * enough); a full disk is told in one line and makes exit code 1, whatever was done.
 */
import { wordsOfSystemError } from '../trace/system-error.ts';

type Output = Pick<NodeJS.WriteStream, 'on'> & { readonly fd: number };

/** For commands that print a result: nothing is left to do without it. */
export function endWithOutput(output: Output = process.stdout): void {
  void whenClosed(output).then(
    () => process.exit(0),
    (error: Error) => {
      process.stderr.write(`gossip: ${error.message}\n`);
      process.exit(1);
    },
  );
}

/** Resolves when the reader has gone. @throws Error of one line when it cannot be written for another reason */
export function whenClosed(output: Output = process.stdout): Promise<void> {
  return new Promise((resolve, reject) => {
    output.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') resolve();
      else reject(unwritableOutput(output, error));
    });
  });
}

/** For commands that end the process themselves: before that it must be known whether this was written. */
export function printed(text: string, output: NodeJS.WriteStream & { readonly fd: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(text, (error?: NodeJS.ErrnoException | null) => {
      if (error && error.code !== 'EPIPE') reject(unwritableOutput(output, error));
      else resolve();
    });
  });
}

export function unwritableOutput({ fd }: Pick<Output, 'fd'>, error: Error): Error {
  return new Error(`cannot write to standard ${fd === 2 ? 'error' : 'output'}: ${wordsOfSystemError(error)}`);
}

/** Remarks that nobody can be told are no reason to end; who prints a result there says `endWithOutput`. */
export function goOnWithoutRemarks(): void {
  process.stderr.on('error', () => undefined);
}
