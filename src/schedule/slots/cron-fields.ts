const PRESETS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@weekdays': '0 0 * * 1-5',
  '@weekends': '0 0 * * 0,6',
  '@hourly': '0 * * * *',
  '@minutely': '* * * * *',
  '@secondly': '* * * * * *',
};

/** One item of a list: what cron-parser would misread in silence, such as `1-2-3` or `0-*`, does not have this form. */
const ITEM = /^(?:[*?]|[a-z0-9]+(?:-[a-z0-9]+)?)(?:\/\d+|#\d)?$/i;
/** `H` is another time in every process. */
const HASH = /(?<![a-z])H(?![a-z])/i;

/** The fields of an expression, presets written out, and its field of hours. Throws what is wrong with its form. */
export function cronFields(cron: string): { readonly fields: readonly string[]; readonly hour: string } {
  const text = Object.hasOwn(PRESETS, cron) ? PRESETS[cron]! : cron;
  if (text.startsWith('@')) throw new Error(`the presets are ${Object.keys(PRESETS).join(', ')}`);
  const fields = text.split(' ');
  const hour = fields.at(-4);
  if (hour === undefined || fields.length < 5 || fields.length > 6) {
    throw new Error(`it has ${fields.length} fields, not 5 or 6`);
  }
  if (HASH.test(text)) throw new Error('H is not supported');
  const wrong = fields.flatMap((field) => field.split(',')).find((item) => !ITEM.test(item));
  if (wrong !== undefined) throw new Error(`"${wrong}" is not an item of a field`);
  return { fields, hour };
}
