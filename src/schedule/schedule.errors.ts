import { CeleriacError } from '../tasks/errors/celeriac.error.js';

/** Two schedules of the code have the same id. @publicApi */
export class DuplicateScheduleError extends CeleriacError {
  constructor(
    readonly id: string,
    readonly first: string,
    readonly second: string,
  ) {
    super(
      `Two schedules have the id "${id}", one of the task "${first}" and one of "${second}". Rename one of them.`,
    );
  }
}

/** There is no schedule with this id. @publicApi */
export class UnknownScheduleError extends CeleriacError {
  constructor(readonly id: string) {
    super(
      `No schedule has the id "${id}". Schedules.list() and \`celeriac schedules\` show those there are.`,
    );
  }
}

/** A schedule of the code was to be changed, or removed, at run time. @publicApi */
export class DeclaredScheduleError extends CeleriacError {
  constructor(readonly id: string) {
    super(
      `The schedule "${id}" is declared in the code: change its @Scheduled, or take another id. It can be paused at run time.`,
    );
  }
}

/** The code declares a schedule with an id that one has which was made at run time. @publicApi */
export class ScheduleTakenError extends CeleriacError {
  constructor(readonly id: string) {
    super(
      `The code declares a schedule "${id}", but somebody has made one with this id at run time. ` +
        `Remove that (Schedules.remove('${id}')), or rename the one in the code.`,
    );
  }
}

/** Others changed a schedule again and again while it was to be changed. @publicApi */
export class ScheduleContendedError extends CeleriacError {
  constructor(
    readonly id: string,
    tries: number,
  ) {
    super(`The schedule "${id}" was changed by others ${tries} times while it was to be changed. Try again.`);
  }
}
