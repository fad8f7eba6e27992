import { printableLine } from '../encoder/printable.js';
import { taskScope } from '../context/task-scope.js';

/** What a line says beside its message, field by field. */
export type LogFacts = Readonly<Record<string, string | number | boolean>>;

/** The line that is being written. */
interface Line {
  readonly facts: LogFacts;
  /** It may be written at the end of this turn of the event loop. */
  readonly late: boolean;
}

let line: Line | undefined;

/** Writes a line that carries facts. A logger that knows nothing of them writes the message alone. */
export function writeWith(facts: LogFacts, write: () => void, { late = false } = {}): void {
  line = { facts, late };
  try {
    write();
  } finally {
    line = undefined;
  }
}

/** Which call the code belongs to that runs now; undefined: none. */
export function taskFacts(): LogFacts | undefined {
  const scope = taskScope.getStore();
  return scope && { task: scope.name, call: scope.id, attempt: scope.retries + 1, queue: scope.queue };
}

/** All that is known of the line that is being written. */
export function lineFacts(): LogFacts | undefined {
  const facts = taskFacts();
  return facts && line ? { ...facts, ...line.facts } : (line?.facts ?? facts);
}

/** Whether the line that is being written may be written later. */
export const isLate = (): boolean => line?.late === true;

/** `task=thumbnail.render call=images.1f attempt=2 queue=images` */
export const formatFacts = (facts: LogFacts): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name}=${printableLine(String(value))}`)
    .join(' ');
