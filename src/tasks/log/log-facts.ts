import { printableLine } from '../encoder/printable.js';
import { taskScope } from '../context/task-scope.js';

/** What a line says beside its message, field by field. */
export type LogFacts = Readonly<Record<string, string | number | boolean>>;

let ofLine: LogFacts | undefined;

/** Writes a line that carries facts. A logger that knows nothing of them writes the message alone. */
export function writeWith(facts: LogFacts, write: () => void): void {
  ofLine = facts;
  try {
    write();
  } finally {
    ofLine = undefined;
  }
}

/** Which call the code belongs to that runs now; undefined: none. */
export function taskFacts(): LogFacts | undefined {
  const scope = taskScope.getStore();
  return scope && { task: scope.name, call: scope.id, attempt: scope.retries + 1, queue: scope.queue };
}

/** All that is known of the line that is being written. */
export const lineFacts = (): LogFacts | undefined => (ofLine ? { ...taskFacts(), ...ofLine } : taskFacts());

/** `task=thumbnail.render call=images.1f attempt=2 queue=images` */
export const formatFacts = (facts: LogFacts): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name}=${printableLine(String(value))}`)
    .join(' ');
