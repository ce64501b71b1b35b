import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file of the package, looked for from this program's place upwards: built code and sources lie at other depths. */
export function shippedFile(name: string): string {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, name)) && dirname(directory) !== directory) directory = dirname(directory);
  return join(directory, name);
}
