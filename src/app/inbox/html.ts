const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that is HTML already. */
export class Html {
  constructor(readonly source: string) {}
}

/** Builds HTML; every value that is not {@link Html} is escaped, for text and for quoted attributes. */
export function html(
  parts: TemplateStringsArray,
  ...values: (string | number | Html | readonly Html[])[]
): Html {
  return new Html(
    parts.map((part, index) => part + (index < values.length ? render(values[index]!) : '')).join(''),
  );
}

function render(value: string | number | Html | readonly Html[]): string {
  if (value instanceof Html) return value.source;
  if (typeof value === 'object') return value.map((item) => item.source).join('');
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
