import { BoundedNames, OTHER } from './bounded-names.js';

/** Tasks that this application does not know are told apart up to so many: anybody may write names into a queue. */
const UNKNOWN_TASKS = 200;
/** Classes of errors are told apart up to so many of each task: their names may be made at run time. */
const EXCEPTIONS = 20;
const TASK_NAME = /^[\w.:/-]{1,200}$/;
const CLASS_NAME = /^[\w$.:-]{1,100}$/;

export interface TaskLabels {
  readonly task: string;
  readonly queue: string;
}

/** What this application knows by name. */
export interface Known {
  readonly queues: readonly string[];
  isTask(name: string): boolean;
}

/** Labels of calls. There are only so many, whatever is in the queues. */
export class LabelBook {
  private readonly unknown: BoundedNames;
  private readonly exceptions = new Map<string, BoundedNames>();

  constructor(
    private readonly known: Known,
    unknownTasks = UNKNOWN_TASKS,
  ) {
    this.unknown = new BoundedNames(unknownTasks, TASK_NAME);
  }

  of(task: string, queue: string): TaskLabels {
    return {
      task: this.known.isTask(task) ? task : this.unknown.of(task),
      queue: this.known.queues.includes(queue) ? queue : OTHER,
    };
  }

  /** @param task as {@link of} has it */
  exception(task: string, name: string): string {
    let names = this.exceptions.get(task);
    if (!names) this.exceptions.set(task, (names = new BoundedNames(EXCEPTIONS, CLASS_NAME)));
    return names.of(name);
  }
}
