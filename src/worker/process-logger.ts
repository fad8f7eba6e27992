import { CeleriacLogger } from '../tasks/log/celeriac-logger.js';

/** Nest on how it boots. */
const BOOTING = ['NestFactory', 'InstanceLoader'];
/** Nest on why it does not: the supervisor is told in full. */
const FAILING = ['ExceptionHandler'];

/** The logger of a process that the command line has started, with its name in front. */
export class ProcessLogger extends CeleriacLogger {
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
