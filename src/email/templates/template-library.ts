import { InvalidTemplateError, UnknownTemplateError } from '../errors/index.js';
import type { EmailTemplate } from './email-template.js';
import { LiquidEngine, loadLiquid } from './liquid-engine.js';
import { loadPlainText, type PlainText } from './plain-text.js';
import { type ParsedPart, Template } from './template.js';
import { readTemplateFiles, type TemplateFile } from './template-files.js';
import type { ResolvedTemplateOptions } from './template-options.js';

/** The application's templates, parsed; a file that is broken or missing has failed the boot. */
export class TemplateLibrary {
  private constructor(
    private readonly templates: ReadonlyMap<string, Template>,
    private readonly declared: ReadonlyMap<string, EmailTemplate>,
  ) {}

  /**
   * A template is what has a subject; files without one are layouts and partials.
   *
   * @throws {@link InvalidTemplateError}, {@link UnknownTemplateError}, {@link MissingPackageError}
   */
  static async load(options: ResolvedTemplateOptions | null): Promise<TemplateLibrary> {
    if (!options) return new TemplateLibrary(new Map(), new Map());
    const files = readTemplateFiles(options.directory);
    const Engine = await loadLiquid();
    const html = files.filter(({ part }) => part === 'html');
    const text = files.filter(({ part }) => part === 'text');
    const engines = {
      html: new LiquidEngine(Engine, html, true),
      text: new LiquidEngine(Engine, text, false),
    };
    const parts = new Map(
      files.map((file): [string, ParsedPart] => {
        const engine = file.part === 'html' ? engines.html : engines.text;
        return [file.file, { file: file.file, engine, parsed: engine.parse(oneLine(file)) }];
      }),
    );
    const templates = new Map<string, Template>();
    for (const { name, file } of files.filter(({ part }) => part === 'subject')) {
      templates.set(name, await assemble(name, file, parts));
    }
    const library = new TemplateLibrary(
      templates,
      new Map(options.declared.map((item) => [item.name, item])),
    );
    for (const { name } of options.declared) library.get(name);
    return library;
  }

  get names(): string[] {
    return [...this.templates.keys()];
  }

  /** @throws {@link UnknownTemplateError} */
  get(name: string): Template {
    const template = this.templates.get(name);
    if (!template) throw new UnknownTemplateError(name, this.names);
    return template;
  }

  /** What is known of the context of a template that is named by a string. */
  declaration(name: string): EmailTemplate | undefined {
    return this.declared.get(name);
  }
}

async function assemble(
  name: string,
  file: string,
  parts: ReadonlyMap<string, ParsedPart>,
): Promise<Template> {
  const subject = parts.get(file)!;
  const html = parts.get(`${name}.html.liquid`);
  const text = parts.get(`${name}.text.liquid`);
  if (!html && !text) {
    throw new InvalidTemplateError(
      file,
      null,
      'it is the subject of nothing',
      `Add ${name}.html.liquid, ${name}.text.liquid or both.`,
    );
  }
  const plainText: PlainText = text ? String : await loadPlainText(name);
  return new Template(name, { subject, html, text }, plainText);
}

/** Editors end a file with a line break; a subject has none. */
const oneLine = (file: TemplateFile): TemplateFile =>
  file.part === 'subject' ? { ...file, source: file.source.trimEnd() } : file;
