import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { display, InvalidOptionError } from '../errors/configuration.errors.js';
import type { Parser } from './option-parsers.js';

/** Where the module is that a process boots. */
export interface AppLocation {
  /** A `file:` URL. */
  readonly file: string;
  /** Its export; undefined: the default one, or `AppModule`. */
  readonly name: string | undefined;
}

/** Reads `file:///srv/dist/app.module.js`, `dist/app.module.js#AppModule`. The file must be there. */
export const appLocation: Parser<AppLocation> = (value, subject, field) => {
  const [path = '', name] = String(value).split('#');
  const isUrl = path.startsWith('file:');
  const isText = typeof value === 'string' || value instanceof URL;
  if (!isText || path === '' || (value instanceof URL && !isUrl)) {
    throw new InvalidOptionError(
      subject,
      field,
      `is ${display(value)}`,
      `Pass new URL('./app.module.js', import.meta.url), or a path such as 'dist/app.module.js#AppModule'.`,
    );
  }
  const file = isUrl ? path : pathToFileURL(resolve(path)).href;
  if (existsSync(fileURLToPath(file))) return { file, name };
  throw new InvalidOptionError(
    subject,
    field,
    `names ${fileURLToPath(file)}, which does not exist`,
    'Name the compiled file (dist/app.module.js) of the root module.',
  );
};
