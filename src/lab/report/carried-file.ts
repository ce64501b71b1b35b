import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';

/** A package's file that is read at run time: the build puts it into `carried/` beside itself (`tsdown.config.ts`). */
export function carriedFile(name: string): string {
  const carried = join(import.meta.dirname, 'carried', basename(name));
  return existsSync(carried) ? carried : createRequire(import.meta.url).resolve(name);
}
