import type { StandardSchemaV1 } from '@standard-schema/spec';

/**
 * A template with the type of its context. Made by {@link defineTemplate}.
 *
 * @publicApi
 */
export class EmailTemplate<Context extends object = object> {
  constructor(
    /** The path of its files in the directory of templates, without `.html.liquid`. */
    readonly name: string,
    /** Checks a context when the message is accepted. */
    readonly schema?: StandardSchemaV1<Context, object>,
  ) {}
}

/**
 * Names a template and says what it needs, so that the compiler checks every use of it:
 *
 * ```ts
 * export const welcome = defineTemplate('welcome', z.object({ name: z.string(), link: z.url() }));
 *
 * await this.emails.send({ to: user.email, template: welcome, context: { name: user.name, link } });
 * ```
 *
 * With a schema (zod, valibot, arktype or any other [Standard Schema](https://standardschema.dev)) the context is
 * checked at run time too, and what the schema makes of it is rendered. Without one, it is typed alone:
 * `defineTemplate<{ name: string }>('welcome')`.
 *
 * Listed in `templates.declared` of the module's options, the template is looked for at boot, and its schema also
 * checks messages that name it by a string.
 *
 * @publicApi
 */
export function defineTemplate<Context extends object>(
  name: string,
  schema?: StandardSchemaV1<Context, object>,
): EmailTemplate<Context> {
  return new EmailTemplate(name, schema);
}
