import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TasksModuleOptions } from '../../src/index.js';
import type { Broker } from '../../src/tasks/broker-port.js';
import { Workforce } from '../support/workforce.js';
import { CHILDREN } from './workplace.js';

const WORKER = fileURLToPath(new URL('./fixtures/worker.js', import.meta.url));
/** Soon used up, by those who mean to. */
const HEAP = '--max-old-space-size=96';

export interface Workplace {
  readonly options: TasksModuleOptions;
  readonly ledger: string;
  readonly log: string;
  readonly size: number;
}

/** Workers that strike themselves. */
export class CrashingWorkforce extends Workforce {
  constructor(
    private readonly place: Workplace,
    broker: Broker,
  ) {
    super(place.size, place.log, broker);
  }

  protected fork(_index: number, log: number): ChildProcess {
    const { options, ledger } = this.place;
    return fork(WORKER, {
      execArgv: [HEAP],
      env: {
        ...process.env,
        CELERIAC_CRASH_OPTIONS: JSON.stringify(options),
        CELERIAC_CRASH_LEDGER: ledger,
        CELERIAC_CRASH_CHILDREN: String(CHILDREN),
      },
      stdio: ['ignore', log, log, 'ipc'],
    });
  }
}
