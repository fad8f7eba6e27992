import { CeleriacError } from './celeriac.error.js';

/** An option of a task, of the module, or of one call is unknown, out of range or contradicts another. @publicApi */
export class InvalidOptionError extends CeleriacError {
  constructor(
    /** What carries the option: `task "thumbnail.render"`, `TasksModule`, `call of "thumbnail.render"`. */
    readonly subject: string,
    readonly field: string,
    problem: string,
    fix: string,
  ) {
    super(`${subject}: option "${field}" ${problem}. ${fix}`);
  }
}

/** A duration that is not a number with a unit. @publicApi */
export class InvalidDurationError extends CeleriacError {
  constructor(readonly value: unknown) {
    super(
      `${display(value)} is not a duration. Write a number with a unit: '250ms', '30s', '5m', '2h' or '7d'.`,
    );
  }
}

/** Two tasks of one application have the same name. @publicApi */
export class DuplicateTaskError extends CeleriacError {
  constructor(
    readonly task: string,
    readonly first: string,
    readonly second: string,
  ) {
    super(
      `Two tasks are named "${task}": ${first} and ${second}. ` +
        `Give one of them another name: @Task({ name: '…' }).`,
    );
  }
}

/** A task or a call names a queue that TasksModule does not declare. @publicApi */
export class UndeclaredQueueError extends CeleriacError {
  constructor(
    readonly subject: string,
    readonly queue: string,
    readonly declared: readonly string[],
  ) {
    super(
      `${subject} uses the queue "${queue}", which TasksModule does not declare ` +
        `(declared: ${declared.join(', ')}). Add queues: { ${JSON.stringify(queue)}: {} } to TasksModule.forRoot().`,
    );
  }
}

/** @nestjs/bullmq has a worker or a queue of its own on a queue that belongs to Celeriac. @publicApi */
export class QueueOwnershipError extends CeleriacError {
  constructor(
    readonly queue: string,
    readonly owner: string,
  ) {
    super(
      `The queue "${queue}" is declared in TasksModule and belongs to Celeriac, but ${owner} uses it too: ` +
        `two kinds of worker would take each other's jobs. Rename one of the two queues.`,
    );
  }
}

/** A provider asked for the tasks of a class that has no method decorated with @Task. @publicApi */
export class NoTasksError extends CeleriacError {
  constructor(readonly className: string) {
    super(
      `${className} has no method decorated with @Task. Decorate one, or inject the class itself instead of its tasks.`,
    );
  }
}

/** A method without @Task was called through a task client. @publicApi */
export class NotATaskError extends CeleriacError {
  constructor(
    readonly className: string,
    readonly method: string,
  ) {
    super(
      `${className}.${method} is not a task. Decorate it with @Task, or inject ${className} and call it directly.`,
    );
  }
}

/** An optional package that a used feature needs is not installed. @publicApi */
export class MissingPackageError extends CeleriacError {
  constructor(
    readonly packageName: string,
    readonly neededFor: string,
  ) {
    super(
      `${neededFor} needs the package "${packageName}", which is not installed. Run: npm install ${packageName}`,
    );
  }
}

/** A value in an error message, short enough to read. */
export function display(value: unknown): string {
  if (typeof value === 'function') return value.name || 'a function';
  if (typeof value === 'bigint') return `${value}n`;
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = String(value);
  }
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
