import type { WorkerOptions } from './options/module-options.js';

/** How a child of the prefork pool talks with the worker that runs it. */
export interface ParentLink {
  send(message: object): void;
  /** Told of every message of the parent's. */
  onMessage(listener: (message: never) => void): void;
}

/**
 * What this process is there for, beyond what the application's own module says: `worker` was started by the command
 * line, and its options override the module's; `child` runs single calls for a worker; `tool` is a command that looks
 * at calls, and runs none.
 */
export type ProcessRole =
  | { readonly kind: 'application' }
  | { readonly kind: 'tool' }
  /** `slot`: the place it has under its supervisor, which another process takes when it dies. */
  | { readonly kind: 'worker'; readonly options: WorkerOptions; readonly slot: string }
  | { readonly kind: 'child'; readonly link: ParentLink };

/** On globalThis: an application may bundle a copy of this package of its own. */
const ROLE = Symbol.for('celeriac.process-role');
const place = globalThis as { [ROLE]?: ProcessRole };

export const processRole = (): ProcessRole => place[ROLE] ?? { kind: 'application' };

/** Before the application's module is loaded. */
export function takeRole(role: ProcessRole): void {
  place[ROLE] = role;
}
