import { Inject, type Type } from '@nestjs/common';

const tokens = new Map<Type, symbol>();

/**
 * The injection token behind `@InjectTasks(ThumbnailTasks)`. Asking for it registers the class.
 *
 * @publicApi
 */
export function getTasksToken(classRef: Type): symbol {
  let token = tokens.get(classRef);
  if (!token) tokens.set(classRef, (token = Symbol(`Tasks(${classRef.name})`)));
  return token;
}

/**
 * Injects the client of a class of tasks: `@InjectTasks(ThumbnailTasks) tasks: TaskClient<ThumbnailTasks>`.
 *
 * @publicApi
 */
export function InjectTasks(classRef: Type): ParameterDecorator & PropertyDecorator {
  return Inject(getTasksToken(classRef));
}

/** Every class whose file has loaded, with its token. */
export function registeredTaskClasses(): ReadonlyMap<Type, symbol> {
  return tokens;
}
