import type { Liquid, Template } from 'liquidjs';
import { MissingPackageError } from '../../tasks/errors/configuration.errors.js';
import { InvalidTemplateError, TemplateRenderError } from '../errors/index.js';
import type { TemplateFile } from './template-files.js';

/** Characters of a template with all it includes; of what it makes on the way; milliseconds of one rendering. */
const LARGEST_SOURCE = 4 * 1024 * 1024;
const LARGEST_WORK = 16 * 1024 * 1024;
const LONGEST_RENDERING = 1_000;

/** A template that has been parsed. */
export type ParsedTemplate = Template[];

/** Loads the engine. @throws {@link MissingPackageError} */
export async function loadLiquid(): Promise<typeof Liquid> {
  const loaded = await import('liquidjs').catch(() => {
    throw new MissingPackageError('liquidjs', 'The option "templates" of EmailModule');
  });
  return loaded.Liquid;
}

/**
 * Renders templates of one kind. Layouts and partials come from the same files, out of memory: whatever a template or
 * its context says, nothing else can be read.
 */
export class LiquidEngine {
  private readonly liquid: Liquid;
  private readonly files: ReadonlyMap<string, TemplateFile>;

  /** @param escape makes what is put in harmless in HTML */
  constructor(Engine: typeof Liquid, files: readonly TemplateFile[], escape: boolean) {
    this.files = new Map(files.map((file) => [file.name, file]));
    const sources = files.map(({ name, source }) => [name, source]);
    this.liquid = new Engine({
      templates: Object.assign(Object.create(null), Object.fromEntries(sources)) as Record<string, string>,
      relativeReference: false,
      cache: true,
      strictFilters: true,
      strictVariables: true,
      lenientIf: true,
      ownPropertyOnly: true,
      parseLimit: LARGEST_SOURCE,
      memoryLimit: LARGEST_WORK,
      renderLimit: LONGEST_RENDERING,
      // The same message on every machine.
      timezoneOffset: 0,
      locale: 'en-US',
      ...(escape && { outputEscape: 'escape' }),
    });
  }

  /** @throws {@link InvalidTemplateError}, also for what it includes */
  parse({ name, file, source }: TemplateFile): ParsedTemplate {
    try {
      const parsed = this.liquid.parse(source, name);
      this.liquid.analyzeSync(parsed, { partials: true });
      return parsed;
    } catch (error) {
      const { problem, place } = this.readError(error, file);
      throw new InvalidTemplateError(place.file, place.line, problem, 'Correct it.');
    }
  }

  /** @throws {@link TemplateRenderError} */
  render(template: string, parsed: ParsedTemplate, file: string, context: object): string {
    try {
      return String(this.liquid.renderSync(parsed, context));
    } catch (error) {
      const { problem, place } = this.readError(error, file);
      throw new TemplateRenderError(template, place.file, place.line, problem);
    }
  }

  private readError(error: unknown, file: string): { problem: string; place: Place } {
    const { message, originalError, token } = error as LiquidError;
    const [line = null] = token?.getPosition() ?? [];
    const origin = [...this.files.values()].find(({ source }) => source === token?.input);
    const problem = (originalError?.message ?? message).replace(/^ENOENT: .*?"(.*?)".*$/, 'there is no "$1"');
    return { problem, place: { file: origin?.file ?? file, line } };
  }
}

interface Place {
  readonly file: string;
  readonly line: number | null;
}

/** Where it happened stands in the token, for an undefined variable without the name of the file. */
interface LiquidError extends Error {
  readonly originalError?: Error;
  readonly token?: { readonly input: string; getPosition(): number[] };
}
