import { CeleriacError } from '../../tasks/index.js';

/** A file of the directory of templates cannot be one. Thrown at boot. @publicApi */
export class InvalidTemplateError extends CeleriacError {
  constructor(
    /** In the directory: `layouts/main.html.liquid`. */
    readonly file: string,
    /** From 1; null: it is not about a line. */
    readonly line: number | null,
    readonly problem: string,
    fix: string,
  ) {
    super(`The e-mail template ${placeOf(file, line)}: ${problem}. ${fix}`);
  }
}

/** There is no template of this name. @publicApi */
export class UnknownTemplateError extends CeleriacError {
  constructor(
    readonly template: string,
    readonly known: readonly string[],
  ) {
    const listed = known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`;
    super(
      `There is no e-mail template ${JSON.stringify(template.slice(0, 80))}: ${listed}. A template is a file ` +
        `<name>.subject.liquid in the directory of EmailModule's option "templates", beside <name>.html.liquid or ` +
        `<name>.text.liquid.`,
    );
  }
}

/** A template cannot be rendered with the context it was given: the same context would fail again. @publicApi */
export class TemplateRenderError extends CeleriacError {
  /** Where: `welcome.html.liquid, line 3`. */
  readonly place: string;

  constructor(
    readonly template: string,
    file: string,
    line: number | null,
    readonly problem: string,
  ) {
    const place = placeOf(file, line);
    super(`The e-mail template "${template}" cannot be rendered: ${problem} (${place}).`);
    this.place = place;
  }
}

const placeOf = (file: string, line: number | null): string =>
  line === null ? file : `${file}, line ${line}`;
