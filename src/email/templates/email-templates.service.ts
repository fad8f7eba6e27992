import { Injectable } from '@nestjs/common';
import { InvalidEmailError, TemplateRenderError } from '../errors/index.js';
import { EmailTemplate } from './email-template.js';
import { checkedContext, plainContext } from './render-context.js';
import type { RenderedEmail } from './template.js';
import { TemplateLibrary } from './template-library.js';

/**
 * The application's e-mail templates.
 *
 * @publicApi
 */
@Injectable()
export class EmailTemplates {
  constructor(private readonly library: TemplateLibrary) {}

  /** All of them, by name. */
  list(): string[] {
    return this.library.names;
  }

  /**
   * What a message of a template would say. Nothing is stored or sent.
   *
   * @throws {@link UnknownTemplateError}
   * @throws {@link InvalidEmailError} if the context does not fit
   */
  async preview<Context extends object>(
    template: string | EmailTemplate<Context>,
    context?: NoInfer<Context>,
  ): Promise<RenderedEmail> {
    const name = nameOf(template);
    const complete = await this.check(template, plainContext(context));
    return this.render(name, complete);
  }

  /**
   * The context a message of a template is rendered with: checked by its schema, if it has one.
   *
   * @throws {@link UnknownTemplateError}, {@link InvalidEmailError}
   */
  async check(template: string | EmailTemplate, context: object): Promise<object> {
    const name = nameOf(template);
    this.library.get(name);
    const { schema } = (template instanceof EmailTemplate ? template : this.library.declaration(name)) ?? {};
    return schema ? checkedContext(name, schema, context) : context;
  }

  /** @throws {@link UnknownTemplateError}, {@link InvalidEmailError} */
  render(name: string, context: object): RenderedEmail {
    const template = this.library.get(name);
    try {
      return template.render(context);
    } catch (error) {
      if (!(error instanceof TemplateRenderError)) throw error;
      throw new InvalidEmailError(
        'context',
        undefined,
        `does not fit the template "${name}": ${error.problem} (${error.place})`,
        'Give what the template asks for; what may be absent it asks for in {% if %} or with the filter default.',
      );
    }
  }
}

const nameOf = (template: string | EmailTemplate): string =>
  typeof template === 'string' ? template : template.name;
