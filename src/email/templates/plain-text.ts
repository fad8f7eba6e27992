import type { HtmlToTextOptions } from 'html-to-text';
import { MissingPackageError } from '../../tasks/errors/configuration.errors.js';

/** Makes the plain text of a message that has only HTML. */
export type PlainText = (html: string) => string;

const OPTIONS: HtmlToTextOptions = {
  wordwrap: 78,
  selectors: [
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
    { selector: 'img', format: 'skip' },
  ],
  // What people write is not as deep; what is would exhaust the stack.
  limits: { maxDepth: 200, ellipsis: '…' },
};

/** Loads what reads HTML. @throws {@link MissingPackageError} */
export async function loadPlainText(template: string): Promise<PlainText> {
  const { compile } = await import('html-to-text').catch(() => {
    throw new MissingPackageError('html-to-text', `The e-mail template "${template}" without a text part`);
  });
  return compile(OPTIONS);
}
