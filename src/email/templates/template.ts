import { InvalidEmailError, TemplateRenderError } from '../errors/index.js';
import { content, subject } from '../submission/validate-fields.js';
import type { LiquidEngine, ParsedTemplate } from './liquid-engine.js';
import type { PlainText } from './plain-text.js';

/** What a template comes to with a context. @publicApi */
export interface RenderedEmail {
  readonly subject: string;
  /** null: the template has no HTML. */
  readonly html: string | null;
  readonly text: string;
}

/** One file of a template, parsed. */
export interface ParsedPart {
  readonly file: string;
  readonly engine: LiquidEngine;
  readonly parsed: ParsedTemplate;
}

/** An e-mail's subject and content, with holes. */
export class Template {
  constructor(
    readonly name: string,
    private readonly parts: {
      readonly subject: ParsedPart;
      readonly html: ParsedPart | undefined;
      readonly text: ParsedPart | undefined;
    },
    /** Needed by a template without a text part. */
    private readonly plainText: PlainText,
  ) {}

  /**
   * Fills the holes. Pure: the same context comes to the same content.
   *
   * @throws {@link TemplateRenderError} if it cannot be rendered, or to nothing that can be sent
   */
  render(context: object): RenderedEmail {
    const html = this.parts.html ? this.fill(this.parts.html, context, checkedHtml) : null;
    const text = this.parts.text ? this.fill(this.parts.text, context, checkedText) : null;
    return {
      subject: this.fill(this.parts.subject, context, subject),
      html,
      text: text ?? this.plainText(html ?? ''),
    };
  }

  private fill(
    { engine, parsed, file }: ParsedPart,
    context: object,
    check: (text: string) => string,
  ): string {
    try {
      return check(engine.render(this.name, parsed, file, context));
    } catch (error) {
      if (!(error instanceof InvalidEmailError)) throw error;
      throw new TemplateRenderError(this.name, file, null, `what it comes to ${error.problem}`);
    }
  }
}

const checkedHtml = (html: string): string => content('html', html) ?? '';
const checkedText = (text: string): string => content('text', text) ?? '';
