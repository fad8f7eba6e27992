import { InvalidEmailError } from '../errors/index.js';
import type { AnyEmailInput } from '../message/email-input.js';
import { EmailTemplate } from '../templates/email-template.js';
import { plainContext } from '../templates/render-context.js';
import type { ValidatedContent } from './validated-email.js';
import { content, subject } from './validate-fields.js';

const LONGEST_TEMPLATE = 200;

/** What a message says, or what says it. @throws {@link InvalidEmailError} */
export function validateContent(input: AnyEmailInput): ValidatedContent {
  const { template } = input;
  return template === undefined || template === null ? written(input) : templated(input, template);
}

function written({ subject: given, context, ...input }: AnyEmailInput): ValidatedContent {
  if (context !== undefined && context !== null)
    throw new InvalidEmailError('context', undefined, 'is given without a template', 'Name the template.');
  const text = content('text', input.text);
  const html = content('html', input.html);
  if (!text && !html) {
    throw new InvalidEmailError('text', undefined, 'is missing, and so is html', 'Give text, html or both.');
  }
  return { subject: subject(given), text, html, template: null, context: null };
}

function templated(input: AnyEmailInput, template: unknown): ValidatedContent {
  for (const field of ['text', 'html'] as const) {
    if (input[field] === undefined || input[field] === null) continue;
    throw new InvalidEmailError(field, undefined, 'is given beside a template', 'Give one of them.');
  }
  const name = template instanceof EmailTemplate ? template.name : template;
  if (typeof name !== 'string' || name.length > LONGEST_TEMPLATE) {
    throw new InvalidEmailError(
      'template',
      template,
      'is not a template',
      'Give its name, or what defineTemplate() has returned.',
    );
  }
  const own = input.subject === undefined || input.subject === null ? null : subject(input.subject);
  return { subject: own, text: null, html: null, template: name, context: plainContext(input.context) };
}
