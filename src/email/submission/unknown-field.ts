import { unknownOption } from '../../tasks/options/option-parsers.js';
import { InvalidEmailError } from '../errors/index.js';

/** The error for a field no message has, with the nearest one that it may have meant. */
export function unknownField(field: string, known: readonly string[]): InvalidEmailError {
  const hint =
    /(?:Did you mean|Known options).*$/.exec(unknownOption('message', field, known).message)?.[0] ?? '';
  return new InvalidEmailError(
    field,
    undefined,
    'is not a field of a message',
    hint.replace('options', 'fields'),
  );
}
