/** A line as CeleriacLogger writes it. */
export interface JsonLine {
  readonly level: string;
  readonly message: unknown;
  readonly context?: string;
  readonly process?: string;
  readonly pid: number;
  readonly task?: string;
  readonly call?: string;
  readonly attempt?: number;
  readonly queue?: string;
  readonly outcome?: string;
  readonly waitedMs?: number;
  readonly ranMs?: number;
  readonly stack?: string;
  readonly error?: unknown;
  readonly params?: unknown;
}

/** @throws if a line is no JSON */
export const jsonLines = (text: string): JsonLine[] =>
  text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as JsonLine]));
