import type { Type } from '@nestjs/common';
import { InvalidOptionError } from '../../tasks/errors/configuration.errors.js';

/**
 * Loads the module a process boots.
 *
 * @param file a `file:` URL
 * @param name its export; empty: the default one, or `AppModule`
 * @throws {@link InvalidOptionError}
 */
export async function loadApp(file: string, name?: string): Promise<Type> {
  const exports = (await import(file)) as Record<string, unknown>;
  // The default of a CommonJS file is all of its exports.
  const found = [name || 'default', name || 'AppModule'].map((each) => exports[each]).find(isClass);
  if (found) return found;
  throw new InvalidOptionError(
    'worker',
    'app',
    `names ${file}, which has no ${name ? `export "${name}"` : 'default export, and no AppModule'}`,
    `It exports ${Object.keys(exports).join(', ') || 'nothing'}; write #Name behind the file.`,
  );
}

const isClass = (value: unknown): value is Type => typeof value === 'function';
