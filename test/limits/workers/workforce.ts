import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TasksModuleOptions } from '../../../src/index.js';
import type { Broker } from '../../../src/tasks/broker-port.js';
import { Chance, SEED } from '../../crashes/seed.js';
import { Workforce } from '../../support/workforce.js';
import type { Ledger } from './ledger.js';

const path = (url: string) => fileURLToPath(new URL(url, import.meta.url));
const WORKER = path('./fixtures/worker.js');
const WRONG_CLOCK = path('../../faults/fixtures/wrong-clock.js');
const SIZE = 4;

export interface Workplace {
  readonly options: TasksModuleOptions;
  readonly ledger: string;
  readonly log: string;
  /** How much a clock may be wrong, in ms. */
  readonly skew: number;
}

/** Workers half of whom have wrong clocks. */
export class LimitedWorkforce extends Workforce {
  private readonly chance = new Chance(SEED, 'workforce');

  constructor(
    private readonly place: Workplace,
    broker: Broker,
    private readonly ledger: Ledger,
  ) {
    super(SIZE, place.log, broker);
  }

  /** Kills one that takes work, if there is another. */
  killAny(): void {
    const ready = this.atWork();
    if (ready.length > 1) this.chance.pick(ready).kill('SIGKILL');
  }

  protected override onDeath(pid: number): void {
    this.ledger.write({ what: 'died', pid });
  }

  protected fork(index: number, log: number): ChildProcess {
    const { options, ledger, skew } = this.place;
    return fork(WORKER, {
      execArgv: index % 2 === 1 ? ['--import', WRONG_CLOCK] : [],
      env: {
        ...process.env,
        WRONG_CLOCK: String(index === 1 ? skew : -skew),
        CELERIAC_LIMITS_OPTIONS: JSON.stringify(options),
        CELERIAC_LIMITS_LEDGER: ledger,
      },
      stdio: ['ignore', log, log, 'ipc'],
    });
  }
}
