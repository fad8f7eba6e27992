import type { CallOptions } from '../../../src/tasks/index.js';

/** Stands for the task client: remembers calls and does not make them. */
export class RecordedTasks {
  readonly calls: { args: readonly unknown[]; options: CallOptions }[] = [];
  /** The broker is not there. */
  failure: Error | undefined;

  readonly send = {
    applyAsync: async (args: readonly unknown[], options: CallOptions) => {
      if (this.failure) throw this.failure;
      this.calls.push({ args, options });
      return { id: `email.${options.taskId}`, duplicate: false };
    },
  };
}
