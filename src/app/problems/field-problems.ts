import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { FieldProblem } from './problem.schema.js';

/** What a schema found, as one problem per field. */
export function fieldProblems(issues: readonly StandardSchemaV1.Issue[]): FieldProblem[] {
  return issues.flatMap((issue) => {
    const path = issue.path?.map((step) => (typeof step === 'object' ? step.key : step)) ?? [];
    const unknown = unknownKeys(issue)?.map((key) => ({
      field: fieldAt([...path, key]),
      detail: issue.message,
    }));
    return unknown ?? { field: fieldAt(path), detail: issue.message };
  });
}

/** `['to', 0]` is `to[0]`. */
function fieldAt(path: readonly PropertyKey[]): string {
  return (
    path.reduce<string>((field, step) => {
      if (typeof step === 'number') return `${field}[${step}]`;
      return field ? `${field}.${String(step)}` : String(step);
    }, '') || 'body'
  );
}

/** zod reports unknown keys on the object around them. */
function unknownKeys(issue: StandardSchemaV1.Issue): string[] | undefined {
  return 'keys' in issue && Array.isArray(issue.keys) ? issue.keys.map(String) : undefined;
}
