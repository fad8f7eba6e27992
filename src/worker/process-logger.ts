import { ConsoleLogger } from '@nestjs/common';

/** Nest on how it boots. */
const BOOTING = ['NestFactory', 'InstanceLoader'];
/** Nest on why it does not: the supervisor is told in full. */
const FAILING = ['ExceptionHandler'];

/** Nest's own logger, with the name of the process in front. */
export class ProcessLogger extends ConsoleLogger {
  constructor(name: string) {
    super({ prefix: name });
  }

  override log(message: unknown, ...rest: string[]): void {
    if (!BOOTING.includes(rest.at(-1) ?? '')) super.log(message, ...rest);
  }

  override error(message: unknown, ...rest: string[]): void {
    if (!FAILING.includes(rest.at(-1) ?? '')) super.error(message, ...rest);
  }
}
