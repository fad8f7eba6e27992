import { Ignore, Snooze } from '../errors/control-flow.errors.js';

/** Whether what a task threw is no failure: it has nothing to do, or wants to run later. */
export const endedItself = (thrown: unknown): boolean => thrown instanceof Ignore || thrown instanceof Snooze;
