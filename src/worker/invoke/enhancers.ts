import type { Type } from '@nestjs/common';

/** Where Nest keeps what its enhancer decorators declare. */
const GUARDS = '__guards__';
const INTERCEPTORS = '__interceptors__';
const PIPES = '__pipes__';
const FILTERS = '__exceptionFilters__';

/** Which enhancers are declared on a task's method or class. */
export interface DeclaredEnhancers {
  readonly any: boolean;
  readonly filters: boolean;
}

export function declaredEnhancers(classRef: Type, method: string): DeclaredEnhancers {
  const implementation = (classRef.prototype as Record<string, object>)[method] ?? {};
  const has = (key: string) =>
    Reflect.getMetadata(key, implementation) !== undefined ||
    Reflect.getMetadata(key, classRef) !== undefined;
  const filters = has(FILTERS);
  return { filters, any: filters || has(GUARDS) || has(INTERCEPTORS) || has(PIPES) };
}

/** Makes one function look like another to Nest's Reflector. */
export function copyMetadata(
  from: object,
  to: object,
  keys = Reflect.getMetadataKeys(from) as unknown[],
): void {
  for (const key of keys) Reflect.defineMetadata(key, Reflect.getMetadata(key, from), to);
}

export const FILTERS_KEY = FILTERS;
