import { InvalidOptionError } from '../../tasks/errors/configuration.errors.js';
import { unknownOption } from '../../tasks/options/option-parsers.js';
import { declaredTasks } from '../../tasks/decorators/task-metadata.js';
import { registeredTaskClasses } from '../../tasks/decorators/tasks-token.js';

/** A rule for a task that was renamed would be silently off. @throws {@link InvalidOptionError} */
export function checkTaskNames(names: Iterable<string>): void {
  const known = [...registeredTaskClasses().keys()].flatMap((classRef) =>
    declaredTasks(classRef).map(({ name }) => name),
  );
  for (const name of names) {
    if (known.includes(name)) continue;
    if (known.length > 0) throw unknownOption('SentryModule, tasks', name, known);
    throw new InvalidOptionError('SentryModule, tasks', name, 'is unknown', 'This application has no tasks.');
  }
}
