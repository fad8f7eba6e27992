import type { BrokerOptions, Pool } from '../tasks/options/module-options.js';

/** What a worker process has become once it has booted: its module's options and those of its command line together. */
export interface WorkerReport {
  readonly broker: {
    readonly options: BrokerOptions;
    readonly namespace: string;
    readonly description: string;
  };
  /** `owner`: whose locks its deliveries hold. */
  readonly queues: readonly { readonly name: string; readonly owner: string; readonly concurrency: number }[];
  /** Limits in milliseconds. */
  readonly tasks: readonly {
    readonly name: string;
    readonly softTimeLimit: number | null;
    readonly timeLimit: number | null;
    readonly isolated: boolean;
  }[];
  readonly pool: Pool;
  /** Child processes of the prefork pool. */
  readonly children: number;
  readonly lockTime: number;
  readonly shutdownTimeout: number;
}
