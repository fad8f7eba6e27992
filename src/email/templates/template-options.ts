import { InvalidOptionError } from '../../tasks/index.js';
import { type Fields, type Parser, parseFields } from '../../tasks/options/option-parsers.js';
import { EmailTemplate } from './email-template.js';
import { directoryPath } from './template-files.js';

/** Where e-mail templates are. @publicApi */
export interface TemplateOptions {
  /**
   * The directory of the templates: `'./emails'`, from the working directory of the process, or
   * `new URL('./emails/', import.meta.url)`. A template is a subject, `welcome.subject.liquid`, with
   * `welcome.html.liquid`, `welcome.text.liquid` or both. Files without a subject are layouts and partials. All are
   * read and parsed at boot.
   */
  directory: string | URL;
  /** Templates made by `defineTemplate()`: one that is not there fails the boot. Defaults to none. */
  declared?: readonly EmailTemplate[];
}

export interface ResolvedTemplateOptions {
  readonly directory: string;
  readonly declared: readonly EmailTemplate[];
}

const FIELDS: Fields<ResolvedTemplateOptions> = {
  directory: (value, subject, field) => {
    if ((typeof value === 'string' && value !== '') || (value instanceof URL && value.protocol === 'file:'))
      return directoryPath(value);
    throw new InvalidOptionError(subject, field, 'is not a directory', `Write './emails', or a file: URL.`);
  },
  declared: (value, subject, field) => {
    if (Array.isArray(value) && value.every((item) => item instanceof EmailTemplate)) return value;
    throw new InvalidOptionError(
      subject,
      field,
      'is not a list of templates',
      'List what defineTemplate() has returned.',
    );
  },
};

export const templateOptions: Parser<ResolvedTemplateOptions> = (value, subject, field) => {
  const { directory, declared = [] } = parseFields(value, FIELDS, `${subject}, ${field}`);
  if (directory !== undefined) return { directory, declared };
  throw new InvalidOptionError(
    subject,
    field,
    'has no directory',
    `Write templates: { directory: './emails' }.`,
  );
};
