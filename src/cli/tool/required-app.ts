import { UsageError } from '../errors.js';

/** @throws {@link UsageError} */
export function requiredApp(command: string, { app }: { readonly app?: string }): string {
  if (app !== undefined) return app;
  throw new UsageError(command, `${command}: option "--app" is missing.`);
}
