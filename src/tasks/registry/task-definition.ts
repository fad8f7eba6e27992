import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Type } from '@nestjs/common';
import type { TaskPolicy } from '../options/task-policy.js';

/** A task as one application runs it: its declaration, resolved against the module's options. */
export interface TaskDefinition {
  readonly name: string;
  readonly classRef: Type;
  readonly method: string;
  readonly policy: TaskPolicy;
  readonly schema: StandardSchemaV1 | undefined;
}

/** `ThumbnailTasks.render`, for messages. */
export const locationOf = (definition: Pick<TaskDefinition, 'classRef' | 'method'>): string =>
  `${definition.classRef.name}.${definition.method}`;
