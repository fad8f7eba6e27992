import type { DynamicModule, FactoryProvider, Provider, Type } from '@nestjs/common';

/**
 * The options of a `forRootAsync()`: exactly one of `useFactory`, `useClass` and `useExisting`.
 *
 * @typeParam Factory has one method that makes the options
 */
export type AsyncOptions<Options, Factory> = {
  /** Modules that export what is injected. */
  imports?: DynamicModule['imports'];
} & (
  | {
      useFactory: (...args: never[]) => Options | Promise<Options>;
      inject?: FactoryProvider['inject'];
      useClass?: never;
      useExisting?: never;
    }
  | { useClass: Type<Factory>; useFactory?: never; useExisting?: never }
  | { useExisting: Type<Factory>; useFactory?: never; useClass?: never }
);

/**
 * Provides what becomes of options that another provider makes.
 *
 * @param method of the factory
 * @param resolve checks them, and fills in defaults; what it throws fails the boot
 */
export function asyncOptionsProviders<Options, M extends string>(
  provide: symbol,
  options: AsyncOptions<Options, { [K in M]: () => Options | Promise<Options> }>,
  method: M,
  resolve: (options: Options) => unknown,
): Provider[] {
  if (options.useFactory) {
    const make = options.useFactory as FactoryProvider['useFactory'];
    const useFactory = async (...args: unknown[]) => resolve((await make(...args)) as Options);
    return [{ provide, inject: options.inject ?? [], useFactory }];
  }
  const resolved = {
    provide,
    inject: [options.useExisting ?? options.useClass],
    useFactory: async (factory: { [K in M]: () => Options | Promise<Options> }) =>
      resolve(await factory[method]()),
  };
  return options.useClass ? [options.useClass, resolved] : [resolved];
}
