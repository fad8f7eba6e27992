import { Inject, Injectable, type Type } from '@nestjs/common';
import { declaredTasks, type TaskDeclaration } from '../decorators/task-metadata.js';
import { DuplicateTaskError, InvalidOptionError } from '../errors/configuration.errors.js';
import { bindLimits } from '../options/limits/bind-limits.js';
import { parseFields } from '../options/option-parsers.js';
import { checkPlacing } from '../options/limits/check-placing.js';
import { POLICY_FIELDS, resolvePolicy } from '../options/resolve-policy.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../options/resolve-module-options.js';
import type { TaskOptions } from '../options/task-options.js';
import { locationOf, type TaskDefinition } from './task-definition.js';

/** Every task this application knows, by name and by class. */
@Injectable()
export class TaskRegistry {
  private readonly byName = new Map<string, TaskDefinition>();
  private readonly byClass = new Map<Type, ReadonlyMap<string, TaskDefinition>>();

  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {}

  /**
   * Resolves the tasks of a class, once.
   *
   * @throws {@link InvalidOptionError}, {@link UndeclaredQueueError}, {@link DuplicateTaskError}
   */
  define(classRef: Type): ReadonlyMap<string, TaskDefinition> {
    const known = this.byClass.get(classRef);
    if (known) return known;
    const definitions = declaredTasks(classRef).map((declaration) => this.resolve(declaration));
    for (const definition of definitions) {
      const other = this.byName.get(definition.name);
      if (other) throw new DuplicateTaskError(definition.name, locationOf(other), locationOf(definition));
      this.byName.set(definition.name, definition);
    }
    const byMethod = new Map(definitions.map((definition) => [definition.method, definition]));
    this.byClass.set(classRef, byMethod);
    return byMethod;
  }

  get(name: string): TaskDefinition | undefined {
    return this.byName.get(name);
  }

  all(): TaskDefinition[] {
    return [...this.byName.values()];
  }

  private resolve(declaration: TaskDeclaration): TaskDefinition {
    const { classRef, method, name, options, classOptions } = declaration;
    const subject = `task "${name}" (${classRef.name}.${method})`;
    const { name: _name, schema, ...policy } = checkTaskOnly(options, subject);
    const layers = [this.options.defaults, classOptions, policy];
    const draft = resolvePolicy(subject, layers, Object.keys(this.options.queues));
    const bound = bindLimits(subject, name, draft, this.options);
    checkPlacing(subject, bound, this.options.queues);
    return { name, classRef, method, schema, policy: bound };
  }
}

function checkTaskOnly(options: TaskOptions, subject: string): TaskOptions {
  parseFields(
    options,
    {
      ...POLICY_FIELDS,
      name: (value, _subject, field) => {
        if (typeof value === 'string' && /^[\w.:/-]{1,200}$/.test(value)) return value;
        throw new InvalidOptionError(
          subject,
          field,
          `is ${JSON.stringify(value)}`,
          'A task name has 1 to 200 letters, digits, "_", ".", ":", "/" or "-".',
        );
      },
      schema: (value, _subject, field) => {
        if (typeof value === 'object' || typeof value === 'function') {
          if (value && '~standard' in value) return value;
        }
        throw new InvalidOptionError(
          subject,
          field,
          'is not a Standard Schema',
          'Pass a schema of zod, valibot, arktype or another library that implements Standard Schema.',
        );
      },
    },
    subject,
  );
  return options;
}
