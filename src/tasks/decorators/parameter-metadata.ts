import { PARAM_ARGS_KEY } from './parameter-key.js';

/**
 * Nest runs pipes only on parameters it knows of, and an ordinary method declares none. Each argument of a
 * task is made known here, in the form the framework keeps for its own parameter decorators.
 */
export function supplyParameterMetadata(
  classRef: object,
  method: string,
  implementation: { length: number },
): void {
  const prototype = (classRef as { prototype: object }).prototype;
  const declared = Reflect.getMetadata('design:paramtypes', prototype, method) as unknown[] | undefined;
  const count = Math.max(implementation.length, declared?.length ?? 0);
  const existing = (Reflect.getMetadata(PARAM_ARGS_KEY, classRef, method) ?? {}) as Record<string, unknown>;
  const parameters: Record<string, unknown> = { ...existing };
  for (let index = 0; index < count; index++) {
    parameters[`${index}:${index}`] ??= { index, data: undefined, pipes: [] };
  }
  Reflect.defineMetadata(PARAM_ARGS_KEY, parameters, classRef, method);
}
