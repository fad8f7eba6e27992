import { CeleriacError } from './celeriac.error.js';
import { display } from './configuration.errors.js';

/**
 * The broker did not confirm a call within `enqueueTimeout`.
 *
 * The call may exist all the same. Repeating it with `taskId: error.id` is safe: whichever of the two arrives
 * first is the only one.
 *
 * @publicApi
 */
export class EnqueueTimeoutError extends CeleriacError {
  /** The broker may have stored the call before it fell silent. */
  readonly mayExist = true;

  constructor(
    readonly id: string,
    readonly task: string,
    timeout: string,
    /** Ids of every call of a `delayMany`; of one call, just its own. */
    readonly ids: readonly string[] = [id],
    cause?: unknown,
  ) {
    super(
      ids.length === 1
        ? `The broker did not confirm the call of "${task}" within ${timeout}; it may exist all the same. ` +
            `Repeat it with taskId: ${JSON.stringify(id)}: it will run once. Is the broker up?`
        : `The broker did not confirm all ${ids.length} calls of "${task}" within ${timeout}; some may exist. ` +
            `Repeat each with applyAsync and its id (error.ids, in order) as taskId: it will run once. Is the broker up?`,
      { cause },
    );
  }
}

/** `delay()` was called after this process began to shut down. @publicApi */
export class ClientClosedError extends CeleriacError {
  constructor(readonly task: string) {
    super(
      `The call of "${task}" was refused: this process is shutting down. ` +
        `Enqueue before shutdown begins, or from a task that is still running.`,
    );
  }
}

/** The arguments of a call cannot be stored as they are. @publicApi */
export class InvalidArgumentsError extends CeleriacError {
  constructor(
    readonly task: string,
    readonly problem: string,
    fix = 'Pass plain JSON; for anything else, store it and pass an id.',
  ) {
    super(`The arguments of "${task}" cannot be sent: ${problem}. ${fix}`);
  }
}

/** The arguments of a call are larger than `payloadLimit`. @publicApi */
export class PayloadTooLargeError extends CeleriacError {
  constructor(
    readonly task: string,
    readonly size: number,
    readonly limit: number,
  ) {
    super(
      `The call of "${task}" is ${size} bytes, above the payload limit of ${limit}. ` +
        `Store the data and pass an id, or raise payloadLimit in TasksModule.forRoot().`,
    );
  }
}

/** A task was called by a name nobody here knows, and no queue was given. @publicApi */
export class UnknownTaskError extends CeleriacError {
  constructor(readonly task: string) {
    super(
      `No task named "${task}" is loaded in this process, so its queue is unknown. ` +
        `Import the file of its class, or name the queue: tasks.call(name, args, { queue }).`,
    );
  }
}

/** `result.get()` was called inside a task. @publicApi */
export class ResultInsideTaskError extends CeleriacError {
  constructor(readonly id: string) {
    super(
      `result.get() of "${id}" was called inside a task: a task that waits for another holds its slot, and with ` +
        `every slot waiting nothing can run. Do the work directly, or let the other task call the next step.`,
    );
  }
}

/** An id that this package did not make. @publicApi */
export class InvalidTaskIdError extends CeleriacError {
  constructor(readonly id: string) {
    super(
      `${JSON.stringify(id)} is not a task id. An id is "<queue>.<key>", as result.id gives it; ` +
        `a key may hold letters, digits, ".", "_" and "-" (at most 200 characters).`,
    );
  }
}

/** A function that derives a key from the arguments of a call gave none. @publicApi */
export class InvalidKeyError extends CeleriacError {
  constructor(
    readonly task: string,
    /** The option that holds the function: `unique.by`, `lock`. */
    readonly option: string,
    happened: 'gave' | 'threw',
    /** What it gave, or threw. */
    readonly value: unknown,
  ) {
    super(
      `The call of "${task}": the function of "${option}" ${happened} ` +
        `${happened === 'threw' ? String(value) : `${display(value)} for its key`}. ` +
        `Let it derive a non-empty string or a finite number from the arguments: (args) => args[0].`,
      happened === 'threw' ? { cause: value } : undefined,
    );
  }
}
