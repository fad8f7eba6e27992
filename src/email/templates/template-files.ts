import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidOptionError } from '../../tasks/index.js';
import { InvalidTemplateError } from '../errors/index.js';

/** What a file of templates is rendered to. */
export type TemplatePart = 'subject' | 'html' | 'text';

/** A file of the directory of templates. */
export interface TemplateFile {
  /** `welcome`, or `layouts/main`: how other templates refer to it, whatever its part. */
  readonly name: string;
  readonly part: TemplatePart;
  /** `welcome.html.liquid` */
  readonly file: string;
  readonly source: string;
}

const EXTENSION = '.liquid';
const NAME = /^([\w-]+(?:\/[\w-]+)*)\.(subject|html|text)\.liquid$/;

/**
 * Reads a directory of templates, whole. Files that do not end in `.liquid` are not looked at.
 *
 * @throws {@link InvalidOptionError}, {@link InvalidTemplateError}
 */
export function readTemplateFiles(directory: string): TemplateFile[] {
  return filesUnder(directory)
    .filter((path) => path.endsWith(EXTENSION))
    .map((path) => {
      const file = relative(directory, path).split(sep).join('/');
      const [, name, part] = NAME.exec(file) ?? [];
      if (name === undefined) {
        throw new InvalidTemplateError(
          file,
          null,
          'its name is not one of a template',
          'Name it welcome.subject.liquid, welcome.html.liquid or welcome.text.liquid: letters, digits, "_" and "-".',
        );
      }
      return { name, part: part as TemplatePart, file, source: readFileSync(path, 'utf8') };
    });
}

/** @throws {@link InvalidOptionError} */
function filesUnder(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
  } catch (error) {
    throw new InvalidOptionError(
      'EmailModule',
      'templates.directory',
      `cannot be read: ${(error as Error).message}`,
      'Give the directory of the templates; a relative path begins in the working directory of the process.',
    );
  }
}

/** A directory as it is written in options. */
export const directoryPath = (directory: string | URL): string =>
  typeof directory === 'string' ? directory : fileURLToPath(directory);
