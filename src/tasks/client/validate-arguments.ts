import type { StandardSchemaV1 } from '@standard-schema/spec';
import { InvalidArgumentsError } from '../errors/enqueue.errors.js';

/**
 * Checks arguments against a task's schema and gives what the method receives.
 *
 * @throws {@link InvalidArgumentsError} listing every issue with its path
 */
export async function validateArguments(
  task: string,
  schema: StandardSchemaV1,
  args: readonly unknown[],
): Promise<readonly unknown[]> {
  const result = await schema['~standard'].validate(args);
  if (result.issues) {
    const issues = result.issues.map((issue) => `${pathOf(issue)}${issue.message}`).join('; ');
    throw new InvalidArgumentsError(task, issues, `They must match the schema of the task.`);
  }
  return Array.isArray(result.value) ? result.value : args;
}

function pathOf(issue: StandardSchemaV1.Issue): string {
  if (!issue.path?.length) return '';
  const keys = issue.path.map((segment) => (typeof segment === 'object' ? segment.key : segment));
  return `at ${keys.map(String).join('.')}: `;
}
