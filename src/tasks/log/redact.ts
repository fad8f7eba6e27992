import { REDACTED, redactText } from './redact-text.js';
import { isSecretKey } from './secret-keys.js';

/** Makes of something that is to be logged what may be logged. It must not change it. @publicApi */
export type Redactor = (value: unknown) => unknown;

const DEEPEST = 8;
/** A log is no place for more. */
const MOST_VALUES = 5_000;

/**
 * A copy without secrets and e-mail addresses: in texts, and under keys such as `password`, `token`, `authorization` or
 * `apiKey`. It never throws, whatever it is given.
 *
 * @publicApi
 */
export const redact: Redactor = (value) => {
  // Nearly all that is logged: there is nothing to walk through.
  if (typeof value === 'string') return redactText(value);
  return value === undefined ? undefined : new Copy(redactText, isSecretKey).of(value, 0);
};

/** A copy that can be written as JSON, whatever it is of. */
export const plainCopy: Redactor = (value) =>
  new Copy(
    (text) => text,
    () => false,
  ).of(value, 0);

class Copy {
  private left = MOST_VALUES;
  private readonly above = new Set<object>();

  constructor(
    private readonly text: (text: string) => string,
    private readonly secret: (key: string) => boolean,
  ) {}

  of(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'symbol') return this.text(value.toString());
    if (typeof value === 'function') return this.text(`[Function ${value.name}]`);
    if (typeof value !== 'object' || value === null) return value;
    if (this.above.has(value)) return '[Circular]';
    if (depth > DEEPEST || this.left-- <= 0) return '[Truncated]';
    this.above.add(value);
    try {
      return this.object(value, depth + 1);
    } catch {
      return '[Unreadable]';
    } finally {
      this.above.delete(value);
    }
  }

  private object(value: object, depth: number): unknown {
    if (value instanceof Error) return this.error(value, depth);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? String(value) : value.toISOString();
    if (value instanceof RegExp) return this.text(String(value));
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (Array.isArray(value))
      return value.slice(0, Math.max(0, this.left)).map((item) => this.of(item, depth));
    if (value instanceof Map)
      return this.entries(
        [...value].map(([key, item]) => [String(key), item] as const),
        depth,
      );
    if (value instanceof Set) return [...value].map((item) => this.of(item, depth));
    // A URL, a Decimal: what it says of itself.
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return this.of(toJSON.call(value), depth);
    return this.entries(Object.entries(value), depth);
  }

  private entries(entries: readonly (readonly [string, unknown])[], depth: number): object {
    const copy: Record<string, unknown> = {};
    for (const [key, value] of entries) {
      if (this.left-- <= 0) break;
      const secret = this.secret(key) && value !== null && value !== undefined;
      put(copy, this.text(key), secret ? REDACTED : this.of(value, depth));
    }
    return copy;
  }

  /** An error still: loggers treat errors in ways of their own. */
  private error(error: Error, depth: number): Error {
    const hidden = (value: unknown) => ({ value, writable: true, configurable: true, enumerable: false });
    const copy = Object.create(Error.prototype) as Error;
    Object.defineProperties(copy, {
      name: hidden(this.text(String(error.name))),
      message: hidden(this.text(String(error.message))),
      stack: hidden(this.text(String(error.stack))),
      ...(error.cause !== undefined && { cause: hidden(this.of(error.cause, depth)) }),
    });
    const own = Object.entries(error).filter(([key]) => !['name', 'message', 'stack', 'cause'].includes(key));
    return Object.assign(copy, this.entries(own, depth));
  }
}

function put(copy: Record<string, unknown>, key: string, value: unknown): void {
  // To assign that one would change what the copy is.
  if (key !== '__proto__') copy[key] = value;
  else Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true });
}
