/** Whether a string can be stored by every broker: Postgres refuses NUL and lone surrogates in JSON. */
export function isStorable(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0');
}

/** The string with what no broker can store replaced by U+FFFD, cut to `limit` characters. */
export function storable(value: string, limit = Number.POSITIVE_INFINITY): string {
  const cut = value.length > limit ? `${value.slice(0, limit - 1)}…` : value;
  return isStorable(cut) ? cut : cut.toWellFormed().replaceAll('\0', '\uFFFD');
}
