import type { StandardSchemaV1 } from '@standard-schema/spec';
import { findJsonProblem, jsonSize } from '../../tasks/encoder/plain-json.js';
import { InvalidEmailError } from '../errors/index.js';

const LARGEST_CONTEXT = 256 * 1024;

/** A context as it can be stored. @throws {@link InvalidEmailError} */
export function plainContext(value: unknown): object {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new InvalidEmailError('context', value, 'is not an object', `Give { name: 'Ann' }.`);
  const problem = findJsonProblem(value, 'context');
  if (problem) {
    throw new InvalidEmailError(
      problem.path.slice(0, 200),
      undefined,
      `is ${problem.problem}`,
      'Give plain JSON: a Date as toISOString(), a Map as an object.',
    );
  }
  const bytes = jsonSize(value);
  if (bytes <= LARGEST_CONTEXT) return value;
  throw new InvalidEmailError('context', undefined, `has ${bytes} bytes`, `Give at most ${LARGEST_CONTEXT}.`);
}

/** What a schema makes of a context. @throws {@link InvalidEmailError} listing every issue, of the field of the first */
export async function checkedContext(
  template: string,
  schema: StandardSchemaV1,
  context: object,
): Promise<object> {
  const result = await judge(template, schema, context);
  if (!result.issues) return plainContext(result.value);
  const issues = result.issues.map((issue) => ({ field: fieldOf(issue), message: issue.message }));
  const others = issues.slice(1).map(({ field, message }) => `${field}: ${message}`);
  throw new InvalidEmailError(
    issues[0]?.field ?? 'context',
    undefined,
    `does not fit the template "${template}": ${[issues[0]?.message, ...others].join('; ')}`,
    'Give what its schema asks for.',
  );
}

/** A schema that throws is no reason to stop the messages beside this one. */
async function judge(
  template: string,
  schema: StandardSchemaV1,
  context: object,
): Promise<StandardSchemaV1.Result<unknown>> {
  try {
    return await schema['~standard'].validate(context);
  } catch (error) {
    const problem = `could not be checked: the schema of the template "${template}" threw ${String(error)}`;
    throw new InvalidEmailError('context', undefined, problem, 'Let it report an issue.');
  }
}

function fieldOf({ path = [] }: StandardSchemaV1.Issue): string {
  const keys = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment));
  return ['context', ...keys].join('.').slice(0, 200);
}
