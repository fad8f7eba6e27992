import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** Make the SMTP server drop one message and count another twice: the verdict must say so. */
  readonly sabotage: boolean;
  /** Show every message, not only kinds. */
  readonly all: boolean;
  /** Keep the data directory. */
  readonly keep: boolean;
  readonly help: boolean;
}

export const DEMO_USAGE = `npm run demo -- [--sabotage] [--all] [--keep]

  --sabotage  the SMTP server drops one message and takes another twice; the demo must fail and name both
  --all       show what happened to every message
  --keep      keep the data directory, and say where it is

With REDIS_URL set, the queues are on Redis. Exit code: 0 only if nothing was lost, doubled or unexpected.`;

/** @throws if an option is unknown */
export function parseDemoOptions(args: readonly string[]): DemoOptions {
  const flag = { type: 'boolean', default: false } as const;
  const options = { sabotage: flag, all: flag, keep: flag, help: flag };
  return parseArgs({ args: [...args], options, strict: true }).values;
}
