import { Inject, Injectable } from '@nestjs/common';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../../tasks/options/resolve-module-options.js';
import { InvalidEmailError, UnknownTemplateError } from '../errors/index.js';
import type { AnyEmailInput } from '../message/email-input.js';
import { classOf } from '../options/message-class.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import { EmailTemplates } from '../templates/email-templates.service.js';
import { validateEmail } from './validate-email.js';
import type { AcceptedEmail, ValidatedEmail } from './validated-email.js';

/** Decides whether a message can be stored: whatever is wrong with it is found here, before anything is written. */
@Injectable()
export class EmailAcceptance {
  private readonly priorities: boolean;

  constructor(
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    @Inject(RESOLVED_OPTIONS) { queues }: ResolvedOptions,
    private readonly templates: EmailTemplates,
  ) {
    this.priorities = queues[options.queue]?.priorities === true;
  }

  /** Checks a message, and renders it if its class does so now. @throws {@link InvalidEmailError} */
  async accept(input: AnyEmailInput): Promise<AcceptedEmail> {
    const email = validateEmail(input, this.options.messageClasses);
    const { renderAt, priority } = classOf(this.options.messageClasses, email.messageClass);
    const accepted = { ...email, priority: email.priority ?? priority };
    if (accepted.priority !== 'normal' && !this.priorities) throw this.noPriorities(accepted.priority);
    if (email.template === null || email.context === null) return accepted;
    const context = await this.check(input.template ?? email.template, email.context);
    if (renderAt === 'prepare') return { ...accepted, context };
    const { subject, html, text } = this.templates.render(email.template, context);
    return { ...accepted, subject: email.subject ?? subject, html, text, context: null };
  }

  private async check(
    template: NonNullable<AnyEmailInput['template']>,
    context: NonNullable<ValidatedEmail['context']>,
  ): Promise<object> {
    try {
      return await this.templates.check(template, context);
    } catch (error) {
      if (!(error instanceof UnknownTemplateError)) throw error;
      const fix = error.known.length === 0 ? 'There are none.' : `Use one of ${error.known.join(', ')}.`;
      throw new InvalidEmailError('template', error.template, 'is not a template of this application', fix);
    }
  }

  private noPriorities(priority: string): InvalidEmailError {
    const { queue } = this.options;
    return new InvalidEmailError(
      'priority',
      priority,
      `is given, but the queue "${queue}" has no priorities`,
      `Declare queues: { ${JSON.stringify(queue)}: { priorities: true } } in TasksModule.`,
    );
  }
}
